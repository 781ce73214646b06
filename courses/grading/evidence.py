"""What criteria look at: the work as the server recorded it, never as the browser tells it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = Any


@dataclass(frozen=True, slots=True)
class Part:
    """One named piece of the work. Several pieces may share a name (`answer`: every answer of the model)."""

    name: str  # "answer", "prompt", "system", "probe", …: a kind's README lists its own
    text: str
    where: str = ""  # points back to the piece for the page: "turn:<run id>", "probe:<key>"
    facts: Mapping[str, JSON] = field(default_factory=dict)  # finish, completion_tokens, seed, temperature, …
    picture: Callable[[], bytes] | None = None  # the PNG of a part that is a picture; raises KeyError when it is gone


def _nothing_stored(digest: str) -> bytes:
    raise KeyError(digest)


@dataclass(frozen=True, slots=True)
class Evidence:
    parts: tuple[Part, ...]
    results: Mapping[str, JSON] = field(default_factory=dict)  # answers to jobs that criteria asked for, by job key
    picture: Callable[[str], bytes] = _nothing_stored  # a picture that such an answer names by its digest; KeyError

    def named(self, name: str) -> tuple[Part, ...]:
        """The parts called `name` in order; `answer:last` gives only the last `answer`, `answer:first` the first."""
        base, _, which = name.partition(":")
        found = tuple(part for part in self.parts if part.name == base)
        return {"last": found[-1:], "first": found[:1], "": found}[which]
