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
    pictures: list[str] = []  # digests of stored pictures, for models that can see


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


class Sampler(Frozen):
    """How the next token is chosen: bias, temperature (0: always the best one), top-k, top-p, then a seeded draw."""

    temperature: float = Field(0.0, ge=0, le=5, allow_inf_nan=False)
    top_k: int | None = Field(None, ge=1, le=100_000)
    top_p: float | None = Field(None, gt=0, le=1)
    seed: int = Field(1, ge=0, le=2**31 - 1)


class StopRule(Frozen):
    """When to stop before the last step. The model's own end token always ends an answer."""

    texts: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field([], max_length=8)
    tokens: list[int] = Field([], max_length=64)
    json_complete: bool = False  # as soon as the answer is a whole JSON object or list


class Token(Frozen):
    """`hex`: its bytes; a special token has none. A part of a character is a replacement mark in `text`."""

    id: int | None = None  # None where the server does not tell
    text: str
    hex: str = ""
    special: bool = False


class TokenizeRequest(Frozen):
    """Text to tokens; with `ids`, tokens to text."""

    task: Literal["tokenize"] = "tokenize"
    text: str = Field("", max_length=20_000)
    ids: list[int] | None = Field(None, max_length=20_000)
    special: bool = False  # do marks such as <|end|>, written out in the text, become their single token?


class PredictRequest(Frozen):
    """What comes next, token by token, with the distribution behind each choice.

    `steps` tokens are chosen by `sampler`; with 0 the next distribution is looked at and nothing is chosen. With a
    `json_schema` only tokens are chosen that may lead to JSON of it; `beside`: once more without the schema.
    """

    task: Literal["predict"] = "predict"
    prompt: str = Field(max_length=20_000)
    chat: bool = False  # the prompt is a user's message, put into the model's own template
    written: str = Field("", max_length=2_000)  # what the answer begins with, as text
    after: list[Token] = Field([], max_length=512)  # tokens of the answer that are chosen already, after `written`
    steps: int = Field(0, ge=0, le=64)
    sampler: Sampler = Sampler()
    logit_bias: dict[int, float] = Field({}, max_length=64)  # token id: what is added to its logit
    stop: StopRule = StopRule()
    json_schema: JSON | None = None
    beside: bool = False
    top: int = Field(32, ge=1, le=512)  # candidates that are told one by one
    watch: list[str] = Field([], max_length=32)  # texts of tokens that are told in any case


Request = Annotated[
    ChatRequest | EmbedRequest | ImageRequest | TokenizeRequest | PredictRequest, Field(discriminator="task")
]


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


class TokenizeResult(Frozen):
    task: Literal["tokenize"] = "tokenize"
    text: str
    tokens: list[Token]
    vocabulary: int  # how many tokens the model knows


class Candidate(Token):
    logprob: float  # natural logarithm, of the raw logits: before bias, mask and sampler
    share: float  # 0..1: its chance to be drawn, after them; among `Step.candidates` without the mask
    allowed: bool | None = None  # by the schema; None without one


class Step(Frozen):
    """One next-token distribution and what was chosen from it."""

    candidates: list[Candidate]  # from the most to the least probable
    tail: list[tuple[float, int]] = []  # the other tokens: mean log-probability, how many (`workers.decoding.outline`)
    entropy: float  # bits, of the raw distribution
    chosen: Token | None = None
    logprob: float | None = None  # of the chosen token, raw
    share: float | None = None  # of the chosen token, as in Candidate
    watched: list[Candidate] = []  # of `watch`, those that are a token of this model, in its order
    permitted: list[Candidate] = []  # the best of those that a schema allows
    mask: str = ""  # allowed tokens, as `workers.decoding.mask.packed` writes them; empty without a schema
    allowed: int | None = None  # how many
    allowed_share: float | None = None  # their part of the raw probability
    may_end: bool | None = None  # is the JSON complete here?


class Trace(Frozen):
    """A walk. `finish`: it chose the end token, met a stop rule, made all steps, or nothing was left to choose."""

    constrained: bool = False
    steps: list[Step]
    tokens: list[Token] = []
    text: str = ""  # of the whole answer, `after` included
    finish: Literal["end", "stop", "steps", "dead_end"] = "steps"


class PredictResult(Frozen):
    task: Literal["predict"] = "predict"
    text: str  # of the first trace
    prompt: list[Token]  # empty where the server does not tell
    after: list[Token] = []
    traces: list[Trace] = Field(min_length=1, max_length=2)
    complete: bool  # False: the server told its best candidates only; entropy is then a lower bound
    vocabulary: int | None = None  # how many tokens the model knows


Result = Annotated[ChatResult | EmbedResult | ImageResult | TokenizeResult | PredictResult, Field(discriminator="task")]
