"""Ollama's native API: NDJSON streams, exact durations, digests.

Closing the connection stops the generation. Fields that reload or pin a model for everybody are never sent.
"""

import asyncio
from typing import ClassVar

from pydantic import ValidationError

from workers.backends.adapters.ollama import predict, reading, writing
from workers.backends.answer import Answer
from workers.backends.attached import read_attached
from workers.backends.backend import Emit, Endpoint, ModelInfo, Probe
from workers.backends.errors import Interrupted, ServerFault, TopOnly, WrongTask
from workers.backends.http import get_json, post, post_json
from workers.backends.requests import (
    ChatRequest,
    ChatResult,
    EmbedRequest,
    EmbedResult,
    PredictRequest,
    Request,
    Result,
    TokenizeRequest,
    Usage,
)
from workers.backends.vectors import unit_vectors
from workers.protocols import ollama


class Ollama:
    slug: ClassVar[str] = "ollama"
    pool: ClassVar[str] = "text"

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    async def probe(self) -> Probe:
        version, tags, loaded = await asyncio.gather(
            self._ask("/api/version"), self._ask("/api/tags"), self._ask("/api/ps")
        )
        try:
            return Probe(version=ollama.Version.model_validate(version).version, models=self._models(tags, loaded))
        except ValidationError as error:
            raise ServerFault(f"this does not answer like Ollama: {error}") from error

    async def run(self, *, model: str, request: Request, emit: Emit) -> Result:
        if isinstance(request, EmbedRequest):
            return await self._embed(model, request)
        if isinstance(request, PredictRequest):
            return await predict.predict(self.endpoint, model, request)
        if isinstance(request, TokenizeRequest):
            raise TopOnly("Ollama has no endpoint that tokenizes")
        if not isinstance(request, ChatRequest):
            raise WrongTask(request.task)
        return await self._chat(model, request, emit)

    async def _ask(self, path: str) -> object:
        return await get_json(self.endpoint, path, reading.explain)

    @staticmethod
    def _models(tags: object, loaded: object) -> tuple[ModelInfo, ...]:
        running = {model.name: model for model in ollama.Models.model_validate(loaded).models or []}
        return tuple(reading.model_info(model, running) for model in ollama.Models.model_validate(tags).models or [])

    async def _chat(self, model: str, request: ChatRequest, emit: Emit) -> ChatResult:
        body = writing.chat(model, request, await read_attached(request)).model_dump(exclude_none=True)
        answer = Answer(emit)
        async with post(self.endpoint, "/api/chat", body, reading.explain) as stream:
            async for line in stream.lines():
                if not line.strip():
                    continue
                chunk = reading.chunk(line)
                reading.take(answer, chunk)
                if chunk.done:
                    return reading.result(answer, chunk)
        raise Interrupted("the answer ended without its last line")

    async def _embed(self, model: str, request: EmbedRequest) -> EmbedResult:
        body = ollama.EmbedRequest(model=model, input=request.texts).model_dump()
        raw = await post_json(self.endpoint, "/api/embed", body, reading.explain)
        try:
            found = ollama.Embeddings.model_validate(raw)
        except ValidationError as error:
            raise ServerFault(f"these are no embeddings: {error}") from error
        vectors = unit_vectors(found.embeddings, count=len(request.texts))
        return EmbedResult(vectors=vectors, usage=Usage(prompt_tokens=found.prompt_eval_count))
