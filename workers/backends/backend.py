"""The contract between the scheduler and the servers: one adapter per kind of server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from workers.backends.requests import Request, Result


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server, in seconds. The time for the whole answer is the job's own."""

    connect: float = 5.0
    first: float = 600.0  # for the first byte: a large model may have to be loaded before
    between: float = 90.0  # for the next byte, once there was one
    probe: float = 5.0  # for a short question about the server itself


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server answers. `api_key` is never logged: its representation is empty."""

    url: str
    api_key: str = field(default="", repr=False)  # with `basic`: user:password
    basic: bool = False  # HTTP Basic authentication instead of a bearer key
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class ModelInfo:
    name: str  # what the server wants to read in a request
    digest: str = ""  # identity of the weights; empty where the server has none to tell
    context_length: int | None = None  # tokens
    capabilities: tuple[str, ...] = ("chat",)  # chat, embed, tokenize, predict, tools, vision, image
    details: dict[str, Any] = field(default_factory=dict)  # family, quantization, size…
    loaded: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """A server that answered. One that does not raises a BackendError."""

    version: str
    models: tuple[ModelInfo, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer as it arrives. Text only grows; reasoning is kept apart from the answer."""

    text: str = ""
    reasoning: str = ""
    progress: float | None = None  # 0..1 of a picture; the newest one counts
    preview: bytes = b""  # a small WebP or JPEG of the picture in the making; the newest one counts


Emit = Callable[[Delta], None]


class Backend(Protocol):
    """One server. Methods are coroutines on the worker's I/O loop; cancelling `run` closes the connection,
    which is what frees the GPU (for servers that stop on disconnect; others must also interrupt)."""

    slug: ClassVar[str]
    pool: ClassVar[str]  # which resource it gives: "text" or "image"
    # An adapter of servers that can only do so many jobs at once says so with `most_slots: ClassVar[int]`.

    def __init__(self, endpoint: Endpoint) -> None: ...

    async def probe(self) -> Probe: ...

    async def run(self, *, model: str, request: Request, emit: Emit) -> Result: ...


Adapters = Sequence[type[Backend]]
