"""Which work a route takes, and how equal routes share it. Pure.

A *demand* is what a route is asked about a job: what it is for, how long its prompt is, and whether it may leave the
premises. Prompts are told apart no further than the routes of the alias do, so that all jobs between two of their
limits are the same demand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from math import log
from typing import NamedTuple, Self
from uuid import UUID

from workers.backends.requests import ChatRequest, Request


class Purpose(StrEnum):
    """What a job is for, as routes tell jobs apart."""

    CHAT = "chat"
    TOOLS = "tools"  # a chat in which the model may call tools
    JUDGE = "judge"  # a chat that judges somebody's work
    EMBED = "embed"
    IMAGE = "image"
    TOKENIZE = "tokenize"
    PREDICT = "predict"


_CHATS = (Purpose.TOOLS, Purpose.JUDGE)


class Bar(StrEnum):
    """Why a route does not take a job."""

    OFF_PREMISES = "off_premises"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    OTHER_WORK = "other_work"


def purpose_of(request: Request) -> Purpose:
    """What a request is for, as far as it tells itself."""
    if isinstance(request, ChatRequest):
        return Purpose.TOOLS if request.tools else Purpose.CHAT
    return Purpose(request.task)


def task_of(purpose: str) -> str:
    """What a server must be able to do for it."""
    return Purpose.CHAT.value if purpose in _CHATS else purpose


class Demand(NamedTuple):
    """Jobs that every route of the alias treats alike."""

    alias: str
    purpose: str = Purpose.CHAT.value
    least: int = 0  # estimated tokens of the prompt, from
    below: int | None = None  # and less than that; None: however many
    local_only: bool = False

    @classmethod
    def of_one(cls, alias: str, purpose: str, prompt_tokens: int, *, local_only: bool) -> Self:
        """The demand of a single job."""
        return cls(alias, purpose, prompt_tokens, prompt_tokens + 1, local_only)

    @property
    def task(self) -> str:
        return task_of(self.purpose)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a route takes; empty: everything."""

    least: int | None = None  # tokens of the prompt
    most: int | None = None
    purposes: tuple[str, ...] = ()
    local_only: bool = False  # its alias leads to our own premises only

    def bar(self, demand: Demand, *, local: bool) -> Bar | None:
        """Why this route to a server (`local`: on our own premises) does not take the demand; None: it does."""
        if not local and (self.local_only or demand.local_only):
            return Bar.OFF_PREMISES
        if self.purposes and demand.purpose not in self.purposes:
            return Bar.OTHER_WORK
        if self.most is not None and (demand.below is None or demand.below > self.most + 1):
            return Bar.TOO_LONG
        if self.least is not None and demand.least < self.least:
            return Bar.TOO_SHORT
        return None


def band(limits: Iterable[Limits], prompt_tokens: int) -> tuple[int, int | None]:
    """The prompts that all these routes treat like one of this length: from, below."""
    cuts = {cut for each in limits for cut in (each.least, None if each.most is None else each.most + 1) if cut}
    return (
        max((cut for cut in cuts if cut <= prompt_tokens), default=0),
        min((cut for cut in cuts if cut > prompt_tokens), default=None),
    )


def lot(job: UUID, server: int, weight: float) -> float:
    """A job's lot for a server: drawn once, the same at each try. Of several servers the one with the highest lot is
    chosen with a chance proportional to its weight (weighted rendezvous hashing), so that a server that comes or goes
    moves nobody else's jobs."""
    digest = blake2b(job.bytes + server.to_bytes(8, "big"), digest_size=8).digest()
    share = (int.from_bytes(digest, "big") + 1) / (2**64 + 1)  # 0 < share < 1
    return -weight / log(share)
