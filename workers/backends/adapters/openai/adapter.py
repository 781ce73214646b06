"""The OpenAI API: server-sent events, with what llama.cpp and vLLM add to it.

The server's address is written with or without `/v1`. llama.cpp and vLLM stop generating when the connection closes.
"""

import asyncio
from typing import ClassVar

from pydantic import ValidationError

from workers.backends.adapters.openai import identity, reading, tokens, writing
from workers.backends.answer import Answer
from workers.backends.attached import read_attached
from workers.backends.backend import Emit, Endpoint, Probe
from workers.backends.errors import BackendError, Interrupted, ServerFault, WrongTask
from workers.backends.framing import Events
from workers.backends.http import Body, get_json, post, post_json
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
from workers.protocols import openai


class OpenAI:
    slug: ClassVar[str] = "openai"
    pool: ClassVar[str] = "text"

    def __init__(self, endpoint: Endpoint) -> None:
        root = endpoint.url.rstrip("/").removesuffix("/v1")
        self.endpoint = Endpoint(url=root, api_key=endpoint.api_key, patience=endpoint.patience)

    async def probe(self) -> Probe:
        listed, props, version = await asyncio.gather(
            get_json(self.endpoint, "/v1/models", reading.explain), self._extra("/props"), self._extra("/version")
        )
        try:
            models = openai.Models.model_validate(listed).data
        except ValidationError as error:
            raise ServerFault(f"this does not answer like an OpenAI API: {error}") from error
        about = identity.about(props, version)
        digest = await identity.weights_digest(self.endpoint.url, about.model_path) if len(models) == 1 else ""
        infos = tuple(identity.model_info(model, about, digest) for model in models)
        return Probe(version=about.version, models=infos)

    async def run(self, *, model: str, request: Request, emit: Emit) -> Result:
        if isinstance(request, EmbedRequest):
            return await self._embed(model, request)
        if isinstance(request, TokenizeRequest):
            return await tokens.tokenize(self.endpoint, request)
        if isinstance(request, PredictRequest):
            return await tokens.predict(self.endpoint, request, emit)
        if not isinstance(request, ChatRequest):
            raise WrongTask(request.task)
        return await self._chat(model, request, emit)

    async def _extra(self, path: str) -> object:
        """An answer that not every server has."""
        try:
            return await get_json(self.endpoint, path, reading.explain)
        except BackendError:
            return None

    async def _chat(self, model: str, request: ChatRequest, emit: Emit) -> ChatResult:
        written = writing.chat(model, request, await read_attached(request))
        body = written.model_dump(exclude_none=True, by_alias=True)
        async with post(self.endpoint, "/v1/chat/completions", body, reading.explain) as stream:
            return await self._read(stream, reading.Completion(Answer(emit)))

    @staticmethod
    async def _read(stream: Body, completion: reading.Completion) -> ChatResult:
        events = Events()
        async for line in stream.lines():
            data = events.feed(line)
            if data == openai.DONE.encode():
                return completion.result()
            if data is not None:
                completion.take(data)
        last = events.rest()
        if last is not None and last != openai.DONE.encode():
            completion.take(last)
        if not completion.finished:
            raise Interrupted("the answer ended without a reason")
        return completion.result()  # some servers forget their last event

    async def _embed(self, model: str, request: EmbedRequest) -> EmbedResult:
        body = openai.EmbedRequest(model=model, input=request.texts).model_dump()
        raw = await post_json(self.endpoint, "/v1/embeddings", body, reading.explain)
        try:
            found = openai.Embeddings.model_validate(raw)
        except ValidationError as error:
            raise reading.trouble_in(raw) or ServerFault(f"these are no embeddings: {error}") from error
        rows = [entry.embedding for entry in sorted(found.data, key=lambda entry: entry.index)]
        tokens = found.usage.prompt_tokens if found.usage else None
        return EmbedResult(vectors=unit_vectors(rows, count=len(request.texts)), usage=Usage(prompt_tokens=tokens))
