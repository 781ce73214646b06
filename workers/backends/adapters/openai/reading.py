"""Answers of the OpenAI API in our words. Pure."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from workers.backends.answer import Answer, tool_call
from workers.backends.errors import (
    BackendError,
    Busy,
    Interrupted,
    Misconfigured,
    ModelMissing,
    RequestRefused,
    ServerFault,
    TooLong,
)
from workers.backends.pieces import read_piece
from workers.backends.requests import ChatResult, Timings, Usage
from workers.protocols import openai

Finish = Literal["stop", "length", "tool_calls", "cut"]

_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "cut",
}
_BROKEN = {"error", "abort", "aborted", "cancelled"}
_TOO_LONG_TYPES = {"exceed_context_size_error", "context_length_exceeded"}
_TOO_LONG = re.compile(r"maximum context length|exceeds the (available|model's)? ?context", re.I)
_MODEL_MISSING = re.compile(r"model\b.*\b(not found|does not exist|not loaded)|no (such )?model", re.I | re.S)


def explain(status: int, text: str) -> BackendError | None:
    trouble = _trouble(text)
    if trouble is None:
        return None
    detail = f"HTTP {status}: {trouble.message}"
    if trouble.type in _TOO_LONG_TYPES or trouble.code in _TOO_LONG_TYPES or _TOO_LONG.search(trouble.message):
        return TooLong(detail, facts=_sizes(trouble))
    if status in (400, 404) and _MODEL_MISSING.search(trouble.message):
        return ModelMissing(detail)
    if status == 503 and trouble.message == "Loading model":
        return Busy(detail, retry_after=2)
    if status in (401, 403):
        return Misconfigured(detail)
    return RequestRefused(detail) if status in (400, 413, 422) else None


def trouble_in(raw: object) -> BackendError | None:
    """An error that came with status 200."""
    if isinstance(raw, dict) and raw.get("error"):
        return ServerFault(f"error in an answer: {raw['error']}")
    return None


def _trouble(text: str) -> openai.Trouble | None:
    try:
        error = openai.Refusal.model_validate_json(text).error
    except ValidationError:
        return None
    return openai.Trouble(message=error) if isinstance(error, str) else error


def _sizes(trouble: openai.Trouble) -> dict[str, int]:
    if trouble.n_prompt_tokens is None or trouble.n_ctx is None:
        return {}
    return {"prompt_tokens": trouble.n_prompt_tokens, "context": trouble.n_ctx}


@dataclass
class _Call:
    name: str = ""
    arguments: str = ""
    parsed: dict[str, Any] | None = None


@dataclass
class Completion:
    """One answer, put together from its events."""

    answer: Answer
    finish_reason: str | None = None
    usage: openai.Usage = field(default_factory=openai.Usage)
    timings: openai.Timings = field(default_factory=openai.Timings)
    calls: dict[int, _Call] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        return self.finish_reason is not None

    def take(self, data: bytes) -> None:
        """One event; raises a BackendError when it tells of one or cannot be read."""
        chunk = read_piece(openai.Chunk, data, piece="an event")
        if chunk.error is not None:
            raise _error_in_stream(chunk.error)
        self.usage = chunk.usage or self.usage
        self.timings = chunk.timings or self.timings
        for choice in chunk.choices[:1]:
            self._take_choice(choice)

    def _take_choice(self, choice: openai.Choice) -> None:
        delta = choice.delta
        self.answer.add(text=delta.content or "", reasoning=delta.reasoning or delta.reasoning_content or "")
        for part in delta.tool_calls or []:
            call = self.calls.setdefault(part.index, _Call())
            call.name += part.function.name or ""
            if isinstance(part.function.arguments, dict):
                call.parsed = part.function.arguments
            else:
                call.arguments += part.function.arguments or ""
        self.finish_reason = choice.finish_reason or self.finish_reason

    def result(self) -> ChatResult:
        if self.finish_reason is None or self.finish_reason in _BROKEN:
            raise Interrupted(f"the server ended the answer early ({self.finish_reason})")
        self.answer.end()
        calls = [self.calls[index] for index in sorted(self.calls)]
        return ChatResult(
            text=self.answer.text,
            reasoning=self.answer.reasoning,
            tool_calls=[tool_call(call.name, call.parsed or call.arguments) for call in calls],
            finish="tool_calls" if calls else _FINISHES.get(self.finish_reason, "cut"),
            usage=Usage(prompt_tokens=self.usage.prompt_tokens, completion_tokens=self.usage.completion_tokens),
            timings=Timings(prompt=_seconds(self.timings.prompt_ms), generation=_seconds(self.timings.predicted_ms)),
        )


def _error_in_stream(error: dict[str, Any] | str) -> BackendError:
    trouble = openai.Trouble(message=error) if isinstance(error, str) else openai.Trouble.model_validate(error)
    if trouble.type in _TOO_LONG_TYPES or _TOO_LONG.search(trouble.message):
        return TooLong(trouble.message, facts=_sizes(trouble))
    return Interrupted(f"error in mid-stream: {trouble.message}")


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
