"""What a watching page receives. Pure."""

import json
from dataclasses import dataclass
from typing import Any

PING = "ping"  # nothing happened; keeps proxies from closing a quiet stream


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is that of the event row; None for what is not kept (deltas, snapshots, progress, waiting, pings)."""

    id: int | None
    type: str
    data: dict[str, Any]


def encode(message: Message) -> bytes:
    """The message as a server-sent event. A ping is a comment: no page sees it."""
    if message.type == PING:
        return b": ping\n\n"
    # json.dumps escapes every line separator, so that the data is one line whatever a model wrote.
    head = "" if message.id is None else f"id: {message.id}\n"
    return f"{head}event: {message.type}\ndata: {json.dumps(message.data, separators=(',', ':'))}\n\n".encode()


def pack(message: Message) -> str:
    """The message as it travels through Redis."""
    return json.dumps([message.id, message.type, message.data], separators=(",", ":"))


def unpack(text: str) -> Message:
    """Read what `pack` wrote; raises ValueError on anything else."""
    identity, kind, data = json.loads(text)
    return Message(id=identity, type=kind, data=data)
