"""One piece of a stream, as JSON: whole, cut off, or nonsense. Pure."""

from typing import TypeVar

from workers.backends.errors import Interrupted, ServerFault
from workers.protocols.lenient import Wire, read

WireT = TypeVar("WireT", bound=Wire)


def read_piece(model: type[WireT], data: bytes, *, piece: str) -> WireT:
    """A line or an event of a stream.

    Raises Interrupted for one that was cut off, which is what a broken connection leaves, and ServerFault for one that
    came whole and is not what this kind of server writes. `piece`: what to call it.
    """
    try:
        return read(model, data)
    except (ValueError, RecursionError) as error:
        if not data.rstrip().endswith(b"}"):
            raise Interrupted(f"the answer ended in the middle of {piece}") from error
        raise ServerFault(f"{piece} is not what such a server writes: {data[:200]!r}") from error
