"""Reading what was played."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from courses.catalog.models import Course, Exercise
from courses.people.rules import Person
from courses.playground.models import Answer, Conversation, Prompt
from courses.playground.plan import Turn
from courses.playground.schema import ChatSettings, Column, ImageSettings, Settings
from workers.backends.models import ModelAlias
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL, State

ANSWERED = (State.DONE, State.CANCELLED)  # a stopped answer keeps its text and may be continued


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that may be chosen."""

    name: str
    description: str
    demonstration: bool  # every server of it runs a demonstration model


def offers(course: Course, mode: str) -> list[Offer]:
    """The aliases that the course allows (empty: those that its exercises use) and that this site has."""
    names = course.playground_rules.aliases or _used_in(course)
    rows = ModelAlias.objects.filter(name__in=names, pool=mode).prefetch_related("routes__server")
    return [_offer(row) for row in rows]


def _used_in(course: Course) -> set[str]:
    specs = Exercise.objects.filter(module__course=course, archived=False).values_list("spec__alias", flat=True)
    return {str(alias or "") for alias in specs.order_by()} | {"chat-small"}


def _offer(row: ModelAlias) -> Offer:
    servers = [route.server for route in row.routes.all()]
    return Offer(row.name, row.description, bool(servers) and all(server.demonstration for server in servers))


def conversations_of(user: Person, course: Course) -> QuerySet[Conversation]:
    """The newest first."""
    return Conversation.objects.filter(owner_id=user.pk, course=course, deleted_at=None)


def prompts_of(conversation: Conversation) -> list[Prompt]:
    """With their answers, jobs and servers, the oldest first."""
    answers = Prefetch("answers", Answer.objects.select_related("job__server"))
    return list(conversation.prompts.prefetch_related(answers))


def is_busy(conversation: Conversation) -> bool:
    return Job.objects.filter(subject=conversation.subject).exclude(state__in=TERMINAL).exists()


def before(prompts: Sequence[Prompt], place: int) -> list[Turn]:
    """What the column at this place has answered so far; what it could not answer is left out."""
    answers = [(prompt, answer) for prompt in prompts for answer in prompt.answers.all() if answer.place == place]
    return [
        Turn(prompt.text, text_of(answer))
        for prompt, answer in answers
        if answer.job.state in ANSWERED and text_of(answer)
    ]


def text_of(answer: Answer) -> str:
    return str((answer.job.result or {}).get("text") or "")


def columns_of(conversation: Conversation) -> list[Column]:
    return [Column.model_validate(column) for column in conversation.columns]


def settings_of(conversation: Conversation) -> Settings:
    model = ImageSettings if conversation.mode == Conversation.Mode.IMAGE else ChatSettings
    return model.model_validate(conversation.settings)


def picture_of(conversation: Conversation, digest: str) -> Job | None:
    """The job of this conversation that made the stored picture; None where none did."""
    for job in Job.objects.filter(subject=conversation.subject, result__isnull=False).only("request", "result"):
        if any(each["digest"] == digest for each in (job.result or {}).get("pictures") or ()):
            return job
    return None


def exported(conversation: Conversation) -> dict[str, Any]:
    """All of it, as its owner may take it away."""
    return {
        "id": str(conversation.pk),
        "course": conversation.course.slug,
        "title": conversation.title,
        "mode": conversation.mode,
        "created_at": conversation.created_at,
        "prompts": [_exported_prompt(prompt) for prompt in prompts_of(conversation)],
    }


def _exported_prompt(prompt: Prompt) -> dict[str, Any]:
    answers = [
        {**answer.column, "model": answer.job.model, "state": answer.job.state, "asked": answer.job.request,
         "result": answer.job.result}
        for answer in prompt.answers.all()
    ]  # fmt: skip
    return {"at": prompt.created_at, "text": prompt.text, "settings": prompt.settings, "answers": answers}


def exported_for(user: Person) -> list[dict[str, Any]]:
    mine = Conversation.objects.filter(owner_id=user.pk, deleted_at=None).select_related("course")
    return [exported(conversation) for conversation in mine]
