"""Ollama's answers in our words. Pure."""

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationError

from workers.backends.answer import Answer, tool_call
from workers.backends.backend import ModelInfo
from workers.backends.errors import (
    BackendError,
    Interrupted,
    Misconfigured,
    ModelMissing,
    RequestRefused,
    ServerFault,
    TooLong,
)
from workers.backends.pieces import read_piece
from workers.backends.requests import ChatResult, Timings, Usage
from workers.protocols import ollama

CANCELLED = 499  # Ollama's own: the one who asked for a model to be loaded went away, and we waited for it, too

_CAPABILITIES = {"completion": "chat", "embedding": "embed"}
_TOO_LONG = re.compile(
    r"exceed\w* (the )?(available )?context|context (length|size)|input (length )?(is )?too long", re.I
)


def explain(status: int, text: str) -> BackendError | None:
    try:
        message = ollama.Refusal.model_validate_json(text).error
    except ValidationError:
        return None  # not Ollama speaking: a proxy, or something else altogether
    detail = f"HTTP {status}: {message}"
    if status == CANCELLED:
        return Interrupted(detail)
    if status == 404 and "not found" in message:
        return ModelMissing(detail)
    if status == 400 and "does not support" in message:
        return Misconfigured(detail)  # this model cannot do what the exercise needs
    if status in (400, 500) and _TOO_LONG.search(message):
        return TooLong(detail)
    return RequestRefused(detail) if status == 400 else None


def chunk(line: bytes) -> ollama.Chunk:
    """One line of the stream; raises Interrupted when it is cut or tells of an error."""
    parsed = read_piece(ollama.Chunk, line, piece="a line")
    if parsed.error is not None:
        if _TOO_LONG.search(parsed.error):
            raise TooLong(parsed.error)
        raise Interrupted(f"error in mid-stream: {parsed.error}")
    return parsed


def take(answer: Answer, part: ollama.Chunk) -> None:
    message = part.message
    if message is None:
        return
    answer.add(text=message.content or "", reasoning=message.thinking or "")
    # Some models send calls with the last line, others before it; never in pieces.
    answer.tool_calls += [tool_call(call.function.name, call.function.arguments) for call in message.tool_calls or []]


def result(answer: Answer, last: ollama.Chunk) -> ChatResult:
    answer.end()
    return ChatResult(
        text=answer.text,
        reasoning=answer.reasoning,
        tool_calls=answer.tool_calls,
        finish=_finish(answer, last.done_reason),
        usage=Usage(prompt_tokens=last.prompt_eval_count, completion_tokens=last.eval_count),
        timings=Timings(
            load=_seconds(last.load_duration),
            prompt=_seconds(last.prompt_eval_duration),
            generation=_seconds(last.eval_duration),
        ),
    )


def model_info(model: ollama.Model, running: Mapping[str, ollama.Model]) -> ModelInfo:
    loaded = running.get(model.name)
    details = model.details
    return ModelInfo(
        name=model.name,
        digest=model.digest,
        # What it is loaded with is less than what it was made for.
        context_length=(loaded.context_length if loaded else None) or details.context_length,
        capabilities=_capabilities(model),
        details={
            "family": details.family or "",
            "parameters": details.parameter_size or "",
            "quantization": details.quantization_level or "",
            "bytes": model.size,
        },
        loaded=loaded is not None,
    )


def _capabilities(model: ollama.Model) -> tuple[str, ...]:
    if model.capabilities:
        return tuple(_CAPABILITIES.get(name, name) for name in model.capabilities)
    # Releases before 0.6 do not say.
    known = f"{model.name} {model.details.family or ''}".lower()
    return ("embed",) if "embed" in known or "bert" in known else ("chat",)


def _finish(answer: Answer, reason: str | None) -> Literal["stop", "length", "tool_calls", "cut"]:
    if answer.tool_calls:
        return "tool_calls"
    if reason == "length":
        return "length"
    if reason in (None, "", "stop"):  # old releases give no reason
        return "stop"
    if reason in ("load", "unload"):
        raise ServerFault(f"the model was only {reason}ed")
    return "cut"


def _seconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / ollama.NANOSECONDS
