"""What may be asked of a model server, and what comes back, in terms of no particular server. Pure.

Kinds and criteria build requests; adapters translate them into a wire format. Fields that change a shared server's
state (`num_ctx`, `keep_alive`, …) do not exist here, so nobody can send them.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

JSON = dict[str, Any]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(Frozen):
    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: list[JSON] = []  # [{"name": str, "arguments": object}]; "malformed": str where no object was written
    tool_name: str = ""


class ChatOptions(Frozen):
    """Sampling options. What is None is left to the server's own default and recorded as such."""

    temperature: float | None = Field(None, ge=0, le=5)
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=1, le=1000)
    min_p: float | None = Field(None, ge=0, le=1)
    repeat_penalty: float | None = Field(None, ge=0, le=5)
    seed: int | None = Field(None, ge=0, le=2**31 - 1)  # llama.cpp takes 2**32 - 1 for "choose one yourself"
    stop: list[str] = Field([], max_length=8)
    max_tokens: int = Field(512, ge=1, le=32_768)  # always sent: an unbounded generation blocks a slot


class ChatRequest(Frozen):
    task: Literal["chat"] = "chat"
    messages: list[Message]
    options: ChatOptions = ChatOptions()
    json_schema: JSON | None = None  # constrain the answer to this schema
    tools: list[JSON] = []  # OpenAI shape: {"type": "function", "function": {…}}


class EmbedRequest(Frozen):
    task: Literal["embed"] = "embed"
    texts: list[str] = Field(min_length=1)


Request = Annotated[ChatRequest | EmbedRequest, Field(discriminator="task")]


class Usage(Frozen):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Timings(Frozen):
    """Seconds, as the server reports them; None where it does not."""

    load: float | None = None
    prompt: float | None = None
    generation: float | None = None


class ChatResult(Frozen):
    task: Literal["chat"] = "chat"
    text: str
    reasoning: str = ""
    tool_calls: list[JSON] = []
    # "cut": the server closed the stream without saying why; never shown as a finished answer
    finish: Literal["stop", "length", "tool_calls", "cancelled", "cut"]
    usage: Usage = Usage()
    timings: Timings = Timings()


class EmbedResult(Frozen):
    task: Literal["embed"] = "embed"
    vectors: list[list[float]]  # one per text, L2-normalised
    usage: Usage = Usage()


Result = Annotated[ChatResult | EmbedResult, Field(discriminator="task")]
