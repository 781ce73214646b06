"""Ollama's native API: what is sent and what comes back. Pure.

Source: Ollama `api/types.go`, release 0.33. Durations are integer nanoseconds; a field that is zero is left out.
`num_ctx`, `keep_alive` and the other fields that reload or pin a shared model do not exist here on purpose.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from workers.protocols.lenient import Wire

NANOSECONDS = 1e9


class Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Function(Wire):
    name: str = ""
    arguments: dict[str, Any] | str = {}  # an object; some proxies send it as a string


class ToolCall(Wire):
    function: Function


class Message(Wire):
    role: str = "assistant"
    content: str | None = ""
    thinking: str | None = ""
    tool_calls: list[ToolCall] | None = None


class Chunk(Wire):
    """One line of an answer to `/api/chat`; the last one has `done` and the figures."""

    error: str | None = None  # an error in mid-stream; the status was 200 long before
    message: Message | None = None
    done: bool = False
    done_reason: str | None = None
    load_duration: int | None = None
    prompt_eval_count: int | None = None
    prompt_eval_duration: int | None = None
    eval_count: int | None = None
    eval_duration: int | None = None


class SentFunction(Sent):
    name: str
    arguments: dict[str, Any]


class SentToolCall(Sent):
    function: SentFunction


class SentMessage(Sent):
    role: Literal["system", "user", "assistant", "tool"]
    content: str
    images: list[str] | None = None  # base64 without a prefix
    tool_calls: list[SentToolCall] | None = None
    tool_name: str | None = None


class Options(Sent):
    """Sampling only."""

    num_predict: int
    seed: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    stop: list[str] | None = None


class ChatRequest(Sent):
    model: str
    messages: list[SentMessage]
    stream: bool = True
    truncate: bool = False  # refuse what does not fit instead of dropping old messages silently
    format: dict[str, Any] | None = None
    tools: list[dict[str, Any]] | None = None
    options: Options


class EmbedRequest(Sent):
    model: str
    input: list[str]
    truncate: bool = False


class Embeddings(Wire):
    embeddings: list[list[float]]
    prompt_eval_count: int | None = None


class ChatPrediction(Sent):
    """`/api/chat` that tells the candidates behind each token."""

    model: str
    messages: list[SentMessage]
    stream: bool = False
    think: bool = False
    truncate: bool = False
    logprobs: bool = True
    top_logprobs: int
    options: Options


class RawPrediction(Sent):
    """The same from `/api/generate`, without the model's template."""

    model: str
    prompt: str
    raw: bool = True
    stream: bool = False
    logprobs: bool = True
    top_logprobs: int
    options: Options


class PlainScore(Wire):
    token: str
    logprob: float
    bytes: list[int] | None = None


class TokenScore(PlainScore):
    top_logprobs: list[PlainScore] | None = None


class Predicted(Wire):
    """The answer to either of them."""

    logprobs: list[TokenScore] = []
    done_reason: str | None = None


class Version(Wire):
    version: str


class Details(Wire):
    family: str | None = ""
    parameter_size: str | None = ""
    quantization_level: str | None = ""
    context_length: int | None = None


class Model(Wire):
    """An entry of `/api/tags` or `/api/ps`."""

    name: str
    digest: str = ""
    size: int = 0  # bytes
    details: Details = Details()
    capabilities: list[str] | None = None
    context_length: int | None = None  # `/api/ps` only: what it was loaded with


class Models(Wire):
    models: list[Model] | None = None


class Refusal(Wire):
    """The body of an answer that is not 200."""

    error: str
