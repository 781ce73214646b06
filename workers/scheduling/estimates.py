"""How long jobs take, measured on those that ended lately."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import CharField, F, QuerySet
from django.utils import timezone

from workers import prepared
from workers.backends.models import Route
from workers.backends.requests import (
    ChatRequest,
    ChatResult,
    EmbedRequest,
    ImageRequest,
    ImageResult,
    Request,
    Result,
    TokenizeRequest,
)
from workers.prepared import Given
from workers.scheduling.models import Job, Rate
from workers.scheduling.states import State

ALIAS = Given(0, CharField())
MEASURED = 50  # jobs
FEWEST = 3  # below this nothing is said
NEWEST = 0.1  # weight of the newest answer in a mean
CHARACTERS_PER_TOKEN = 4
SECONDS_PER_TOKEN = 0.03  # before anything was measured
SECONDS_PER_MEGAPIXEL_STEP = 0.5  # before anything was measured
LEAST_SECONDS = 0.05
OTHER_SECONDS = 0.5  # of what is not an answer
USUAL_SECONDS = 5.0  # between two tries of a student when nothing was measured


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """Seconds that half and nine tenths of the jobs took."""

    median: float
    long: float


def service_time(pool: str) -> ServiceTime | None:
    """None while too little was measured."""
    ended = Job.objects.filter(pool=pool, state=State.DONE, started_at__isnull=False, finished_at__isnull=False)
    times = ended.order_by("-finished_at").values_list("started_at", "finished_at")[:MEASURED]
    seconds = [(finished - started).total_seconds() for started, finished in times if started and finished]
    if len(seconds) < FEWEST:
        return None
    median, long = np.percentile(seconds, [50, 90])
    return ServiceTime(float(median), float(long))


def seconds_until_room(pool: str = "text") -> float:
    """When a student who has too many jobs waiting should try again."""
    measured = service_time(pool)
    return max(1.0, measured.median) if measured else USUAL_SECONDS


def learn(job_id: UUID | str, result: Result) -> None:
    """Let the speed of the server and model that wrote an answer follow it, where the server tells its times."""
    if not isinstance(result, ChatResult | ImageResult) or result.timings.generation is None:
        return
    ran = Job.objects.filter(pk=job_id, server__isnull=False).values_list("server_id", "model", "request").first()
    seen = _seen(result, ran[2]) if ran else None
    if ran is None or seen is None:
        return
    means = {name: F(name) * (1 - NEWEST) + value * NEWEST for name, value in seen.items()}
    rate = Rate.objects.filter(server=ran[0], model=ran[1])
    if not rate.update(**means, updated_at=timezone.now()):
        Rate.objects.get_or_create(server_id=ran[0], model=ran[1], defaults=seen)


def _seen(result: ChatResult | ImageResult, request: Mapping[str, Any]) -> dict[str, float] | None:
    """Seconds per unit of work, and how much work it was: tokens, or megapixel-steps of pictures."""
    seconds = result.timings.generation or 0.0
    if isinstance(result, ImageResult):
        work = megapixel_steps(ImageRequest.model_validate(request))
        return {"prompt": 0.0, "generation": seconds / work, "answer": work}
    usage = result.usage
    if not usage.prompt_tokens or not usage.completion_tokens:
        return None
    return {
        # A prompt that the server still has in its cache takes no time: the mean is what students really cost.
        "prompt": (result.timings.prompt or 0.0) / usage.prompt_tokens,
        "generation": seconds / usage.completion_tokens,
        "answer": float(usage.completion_tokens),
    }


def megapixel_steps(request: ImageRequest) -> float:
    """What pictures cost: a server needs as long for half the pixels with twice the steps."""
    return request.width * request.height / 1e6 * request.steps * request.batch


def rates(aliases: Iterable[str]) -> dict[str, Rate]:
    """The speed of the first server on each alias's route that was measured."""
    found: dict[str, Rate] = {}
    for alias in aliases:
        measured = prepared.objects("estimates rates", _rates, alias)
        for server, model in prepared.select("estimates routes", _routes, alias) if measured else ():
            # A route without a model means whichever the server runs; Ollama writes `name:latest` for `name`.
            names = {model, f"{model}:latest"}
            fits = [rate for rate in measured if rate.server_id == server and (not model or rate.model in names)]
            if fits:
                found.setdefault(alias, max(fits, key=lambda rate: rate.updated_at))
    return found


def _rates() -> QuerySet[Rate]:
    return Rate.objects.filter(server__routes__alias__name=ALIAS, server__enabled=True).distinct().order_by()


def _routes() -> QuerySet[Route, tuple[Any, ...]]:
    routes = Route.objects.filter(alias__name=ALIAS, server__enabled=True)
    return routes.order_by("position", "pk").values_list("server_id", "model")


def expected_seconds(request: Request, rate: Rate | None) -> float:
    """Seconds of a slot that a request will take, as far as one can tell before it runs."""
    if isinstance(request, ImageRequest):
        each = rate.generation if rate else SECONDS_PER_MEGAPIXEL_STEP
        return max(LEAST_SECONDS, megapixel_steps(request) * each)
    if not isinstance(request, ChatRequest):
        return OTHER_SECONDS
    longest = request.options.max_tokens
    if rate is None:
        return OTHER_SECONDS + longest * SECONDS_PER_TOKEN
    prompt = sum(len(message.content) for message in request.messages) / CHARACTERS_PER_TOKEN
    return max(LEAST_SECONDS, prompt * rate.prompt + min(longest, rate.answer) * rate.generation)


def prompt_tokens(request: Request) -> int:
    """Tokens of what a model is to read, counted by its characters."""
    if isinstance(request, ChatRequest):
        tools = len(json.dumps(request.tools)) if request.tools else 0
        characters = tools + sum(len(message.content) for message in request.messages)
    elif isinstance(request, EmbedRequest):
        characters = sum(map(len, request.texts))
    elif isinstance(request, TokenizeRequest):
        characters = len(request.text)
    else:
        characters = len(request.prompt)
    return ceil(characters / CHARACTERS_PER_TOKEN)


def expected_amounts(request: Mapping[str, Any]) -> tuple[int, int]:
    """Tokens and images that a request, as jobs hold it, may use at most."""
    if request.get("task") == "image":
        return 0, int(request.get("batch", 1))
    read = [message.get("content") or "" for message in request.get("messages", ())] + list(request.get("texts", ()))
    written = int((request.get("options") or {}).get("max_tokens", 0))
    return ceil(sum(map(len, read)) / CHARACTERS_PER_TOKEN) + written, 0
