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


class ImageRequest(Frozen):
    """Text to image. `batch` pictures are made with `seed`, `seed + 1`, …"""

    task: Literal["image"] = "image"
    prompt: str
    negative_prompt: str = ""
    width: int = Field(512, ge=64, le=2048, multiple_of=8)  # pixels
    height: int = Field(512, ge=64, le=2048, multiple_of=8)  # pixels
    steps: int = Field(4, ge=1, le=150)
    cfg_scale: float = Field(2.0, ge=0, le=30, allow_inf_nan=False)  # classifier-free guidance
    sampler: str = Field("Euler a", max_length=64)
    scheduler: str = Field("Automatic", max_length=64)  # how the noise levels are spaced
    seed: int | None = Field(None, ge=0, le=2**31 - 1)
    batch: int = Field(1, ge=1, le=4)


Request = Annotated[ChatRequest | EmbedRequest | ImageRequest, Field(discriminator="task")]


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


class Picture(Frozen):
    """A stored picture; `digest` is what `workers.backends.pictures` reads it by."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")  # SHA-256 of the PNG that is stored
    width: int  # pixels
    height: int  # pixels
    size: int  # bytes
    seed: int | None = None


class ImageResult(Frozen):
    task: Literal["image"] = "image"
    pictures: list[Picture]
    parameters: JSON = {}  # what the server says that it really used: sampler, scheduler, steps, checkpoint, …
    unknown_words: list[str] = []  # of the prompt, where the server can tell
    finish: Literal["stop", "cancelled"] = "stop"
    timings: Timings = Timings()


Result = Annotated[ChatResult | EmbedResult | ImageResult, Field(discriminator="task")]
