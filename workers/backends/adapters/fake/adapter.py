"""Deterministic answers made in this process. The model's name says how it behaves.

`echo` repeats the last message word by word; `slow` does so at twenty words a second; `embed` makes vectors of words;
`paint` fills pictures with colours that depend on prompt and seed; `busy`, `unreachable`, `interrupted`, `fault`,
`missing`, `refused` and `misconfigured` fail as their names say;
`never` answers nothing until it is stopped.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import ClassVar

import numpy as np
from PIL import Image

from workers.backends import errors, pictures
from workers.backends.answer import Answer
from workers.backends.backend import Delta, Emit, Endpoint, ModelInfo, Probe
from workers.backends.errors import WrongTask
from workers.backends.requests import (
    ChatRequest,
    ChatResult,
    EmbedRequest,
    EmbedResult,
    ImageRequest,
    ImageResult,
    Picture,
    Request,
    Result,
    Usage,
)
from workers.backends.vectors import unit_vectors

DIMENSIONS = 64
SECONDS_PER_SLOW_WORD = 0.05

_FAILURES: dict[str, type[errors.BackendError]] = {
    "busy": errors.Busy,
    "unreachable": errors.Unreachable,
    "interrupted": errors.Interrupted,
    "fault": errors.ServerFault,
    "missing": errors.ModelMissing,
    "refused": errors.RequestRefused,
    "misconfigured": errors.Misconfigured,
}


class Fake:
    slug: ClassVar[str] = "fake"
    pool: ClassVar[str] = "text"
    pretends: ClassVar[bool] = True  # offered to administrators in demonstrations only

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    async def probe(self) -> Probe:
        chat = [ModelInfo(name=name, digest=_digest(name), loaded=True) for name in ("echo", "slow", "never")]
        embed = ModelInfo(name="embed", digest=_digest("embed"), capabilities=("embed",), loaded=True)
        paint = ModelInfo(name="paint", digest=_digest("paint"), capabilities=("image",), loaded=True)
        return Probe(version="fake", models=(*chat, embed, paint))

    async def run(self, *, model: str, request: Request, emit: Emit) -> Result:
        if isinstance(request, EmbedRequest):
            vectors = unit_vectors([_vector(text) for text in request.texts], count=len(request.texts))
            return EmbedResult(vectors=vectors, usage=Usage(prompt_tokens=sum(map(_count, request.texts))))
        if isinstance(request, ImageRequest):
            return await _paint(model, request, emit)
        if not isinstance(request, ChatRequest):
            raise WrongTask(request.task)
        return await _chat(model, request, Answer(emit))


async def _chat(model: str, request: ChatRequest, answer: Answer) -> ChatResult:
    words = list(_words(request.messages[-1].content if request.messages else ""))
    told = words[: request.options.max_tokens]
    if model == "never":
        await asyncio.Event().wait()
    for number, word in enumerate(told):
        if model in _FAILURES and number * 2 >= len(told):
            break
        answer.add(text=word)
        await asyncio.sleep(SECONDS_PER_SLOW_WORD if model == "slow" else 0)
    if model in _FAILURES:
        raise _FAILURES[model](f"the model is called {model}")
    answer.end()
    return ChatResult(
        text=answer.text,
        reasoning=answer.reasoning,
        finish="length" if len(words) > len(told) else "stop",
        usage=Usage(
            prompt_tokens=sum(_count(message.content) for message in request.messages), completion_tokens=len(told)
        ),
    )


async def _paint(model: str, request: ImageRequest, emit: Emit) -> ImageResult:
    if model == "never":
        await asyncio.Event().wait()
    made: list[Picture] = []
    for place in range(request.batch):
        emit(Delta(progress=place / request.batch))
        await asyncio.sleep(0)
        if model in _FAILURES:
            raise _FAILURES[model](f"the model is called {model}")
        seed = (request.seed or 0) + place
        png = _painted(request, seed)
        made.append(
            Picture(digest=pictures.keep(png), width=request.width, height=request.height, size=len(png), seed=seed)
        )
    return ImageResult(pictures=made)


def _painted(request: ImageRequest, seed: int) -> bytes:
    """A gradient between two colours that prompt and seed choose."""
    colours = np.frombuffer(hashlib.sha256(f"{seed} {request.prompt}".encode("utf-8", "replace")).digest(), np.uint8)
    share = np.linspace(0, 1, request.height)[:, None, None]
    rows = colours[:3] * (1 - share) + colours[3:6] * share
    written = BytesIO()
    Image.fromarray(np.repeat(rows, request.width, axis=1).astype(np.uint8)).save(written, "PNG")
    return written.getvalue()


def _words(text: str) -> Iterator[str]:
    for number, word in enumerate(text.split()):
        yield f" {word}" if number else word


def _count(text: str) -> int:
    return len(text.split())


def _vector(text: str) -> list[float]:
    """Each word adds 1 to one of the dimensions, so that texts with the same words are close."""
    vector = np.zeros(DIMENSIONS)
    for word in text.lower().split():
        vector[int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4], "big") % DIMENSIONS] += 1
    values: list[float] = vector.tolist()
    return values


def _digest(name: str) -> str:
    return "sha256:" + hashlib.sha256(f"fake {name}".encode()).hexdigest()
