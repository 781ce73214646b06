"""The OpenAI chat and embeddings API as its many servers speak it (llama.cpp, vLLM, Foundry Local, …). Pure.

Where servers differ the models take every form seen: `arguments` as string or object, `code` as number or string,
errors as object or string, reasoning as `reasoning` (vLLM) or `reasoning_content` (llama.cpp, older vLLM).
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workers.protocols.lenient import Wire

DONE = "[DONE]"


class Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SentFunction(Sent):
    name: str
    arguments: str  # JSON


class SentToolCall(Sent):
    id: str
    type: Literal["function"] = "function"
    function: SentFunction


class TextPart(Sent):
    type: Literal["text"] = "text"
    text: str


class ImageAddress(Sent):
    url: str  # data:image/png;base64,…


class ImagePart(Sent):
    type: Literal["image_url"] = "image_url"
    image_url: ImageAddress


class SentMessage(Sent):
    role: Literal["system", "user", "assistant", "tool"]
    content: str | list[TextPart | ImagePart]
    tool_calls: list[SentToolCall] | None = None
    tool_call_id: str | None = None


class StreamOptions(Sent):
    include_usage: bool = True


class JSONSchema(Sent):
    name: str = "answer"
    strict: bool = True
    json_schema: dict[str, Any] = Field(serialization_alias="schema")


class ResponseFormat(Sent):
    type: Literal["json_schema"] = "json_schema"
    json_schema: JSONSchema


class ChatRequest(Sent):
    model: str
    messages: list[SentMessage]
    stream: bool = True
    stream_options: StreamOptions = StreamOptions()
    max_tokens: int
    seed: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None  # llama.cpp and vLLM
    min_p: float | None = None  # llama.cpp and vLLM
    repeat_penalty: float | None = None  # llama.cpp's name
    repetition_penalty: float | None = None  # vLLM's name
    stop: list[str] | None = None
    tools: list[dict[str, Any]] | None = None
    response_format: ResponseFormat | None = None


class EmbedRequest(Sent):
    model: str
    input: list[str]
    encoding_format: Literal["float"] = "float"


class FunctionPart(Wire):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class ToolCallPart(Wire):
    index: int = 0
    function: FunctionPart = FunctionPart()


class Delta(Wire):
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[ToolCallPart] | None = None


class Choice(Wire):
    index: int = 0
    delta: Delta = Delta()
    finish_reason: str | None = None


class Usage(Wire):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Timings(Wire):
    """llama.cpp only; milliseconds."""

    prompt_ms: float | None = None
    predicted_ms: float | None = None


class Chunk(Wire):
    """One event of a stream. A chunk with `usage` has no choices."""

    error: dict[str, Any] | str | None = None  # an error in mid-stream
    choices: list[Choice] = []
    usage: Usage | None = None
    timings: Timings | None = None


class Embedding(Wire):
    index: int = 0
    embedding: list[float]


class Embeddings(Wire):
    data: list[Embedding]
    usage: Usage | None = None


class Model(Wire):
    id: str
    max_model_len: int | None = None  # vLLM
    meta: dict[str, Any] | None = None  # llama.cpp: sizes


class Models(Wire):
    data: list[Model]


class GenerationSettings(Wire):
    n_ctx: int | None = None


class Props(Wire):
    """llama.cpp's `/props`."""

    default_generation_settings: GenerationSettings = GenerationSettings()
    total_slots: int | None = None
    model_path: str = ""
    model_ftype: str = ""
    build_info: str = ""


class Version(Wire):
    """vLLM's `/version`."""

    version: str


class Trouble(Wire):
    message: str = ""
    type: str | None = None
    code: int | str | None = None
    n_prompt_tokens: int | None = None  # llama.cpp: the prompt is too long
    n_ctx: int | None = None


class Refusal(Wire):
    """The body of an answer that is not 200; vLLM's 401 has a bare string."""

    error: Trouble | str
