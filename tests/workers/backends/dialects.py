"""How each kind of server would play the same scenes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tests.workers.backends.scripted import Break, Hang, Script, document, ndjson, sse
from workers.backends.adapters.ollama import Ollama
from workers.backends.adapters.openai import OpenAI
from workers.backends.backend import Backend


class Dialect(Protocol):
    adapter: type[Backend]
    chat_path: str
    embed_path: str

    def answer(self, texts: Sequence[str], *, finish: str = "stop") -> Script: ...
    def broken(self, texts: Sequence[str], then: Break | Hang) -> Script: ...
    def cut(self, texts: Sequence[str]) -> Script: ...
    def error_in_stream(self, texts: Sequence[str]) -> Script: ...
    def thoughts(self, reasoning: str, text: str) -> Script: ...
    def tool_call(self, name: str, arguments: dict[str, Any]) -> Script: ...
    def embeddings(self, vectors: Sequence[Sequence[float]]) -> Script: ...
    def missing_model(self) -> Script: ...


@dataclass
class OllamaDialect:
    adapter: type[Backend] = Ollama
    chat_path: str = "/api/chat"
    embed_path: str = "/api/embed"

    def _piece(self, **message: Any) -> dict[str, Any]:
        return {"model": "m", "message": {"role": "assistant", "content": "", **message}, "done": False}

    def _last(self, finish: str = "stop", **more: Any) -> dict[str, Any]:
        figures = {"load_duration": 1_000_000, "prompt_eval_count": 5, "eval_count": 7, "eval_duration": 2_000_000_000}
        return {**self._piece(), "done": True, "done_reason": finish, **figures, **more}

    def answer(self, texts: Sequence[str], *, finish: str = "stop") -> Script:
        return ndjson(*[self._piece(content=text) for text in texts], self._last(finish))

    def broken(self, texts: Sequence[str], then: Break | Hang) -> Script:
        script = ndjson(*[self._piece(content=text) for text in texts])
        script.body.append(then)
        return script

    def cut(self, texts: Sequence[str]) -> Script:
        return ndjson(*[self._piece(content=text) for text in texts])

    def error_in_stream(self, texts: Sequence[str]) -> Script:
        return ndjson(*[self._piece(content=text) for text in texts], {"error": "an error was encountered"})

    def thoughts(self, reasoning: str, text: str) -> Script:
        return ndjson(self._piece(thinking=reasoning), self._piece(content=text), self._last())

    def tool_call(self, name: str, arguments: dict[str, Any]) -> Script:
        call = {"function": {"index": 0, "name": name, "arguments": arguments}}
        return ndjson(self._piece(tool_calls=[call]), self._last())

    def embeddings(self, vectors: Sequence[Sequence[float]]) -> Script:
        return document({"embeddings": vectors, "prompt_eval_count": 3})

    def missing_model(self) -> Script:
        return document({"error": "model 'm' not found"}, status=404)


@dataclass
class OpenAIDialect:
    adapter: type[Backend] = OpenAI
    chat_path: str = "/v1/chat/completions"
    embed_path: str = "/v1/embeddings"

    def _piece(self, finish: str | None = None, **delta: Any) -> dict[str, Any]:
        return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    def _last(self, finish: str = "stop") -> list[dict[str, Any]]:
        usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
        return [self._piece(finish), {"choices": [], "usage": usage}]

    def answer(self, texts: Sequence[str], *, finish: str = "stop") -> Script:
        role = self._piece(role="assistant", content=None)
        return sse(role, *[self._piece(content=text) for text in texts], *self._last(finish))

    def broken(self, texts: Sequence[str], then: Break | Hang) -> Script:
        script = sse(*[self._piece(content=text) for text in texts], done=False)
        script.body.append(then)
        return script

    def cut(self, texts: Sequence[str]) -> Script:
        return sse(*[self._piece(content=text) for text in texts])

    def error_in_stream(self, texts: Sequence[str]) -> Script:
        error = {"error": {"message": "out of memory", "code": 500, "type": "server_error"}}
        return sse(*[self._piece(content=text) for text in texts], error, done=False)

    def thoughts(self, reasoning: str, text: str) -> Script:
        return sse(self._piece(reasoning_content=reasoning), self._piece(content=text), *self._last())

    def tool_call(self, name: str, arguments: dict[str, Any]) -> Script:
        text = json.dumps(arguments)
        first = {"index": 0, "id": "x", "type": "function", "function": {"name": name, "arguments": text[:3]}}
        second = {"index": 0, "function": {"arguments": text[3:]}}
        return sse(self._piece(tool_calls=[first]), self._piece(tool_calls=[second]), *self._last("tool_calls"))

    def embeddings(self, vectors: Sequence[Sequence[float]]) -> Script:
        data = [{"index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        return document({"data": list(reversed(data)), "usage": {"prompt_tokens": 3}})

    def missing_model(self) -> Script:
        message = "The model `m` does not exist."
        return document({"error": {"message": message, "type": "NotFoundError", "code": 404}}, status=404)


DIALECTS: dict[str, Dialect] = {"ollama": OllamaDialect(), "openai": OpenAIDialect()}
