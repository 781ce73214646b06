"""What was recorded of an attempt, as a kind sees it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.texts import Text


@dataclass(frozen=True, slots=True)
class Run:
    """An interactive run as the server recorded it."""

    id: str
    parent: str | None  # the run it continues; runs form a tree, so that an earlier turn can be edited
    payload: Mapping[str, Any]  # what the student sent: dumps the kind's `run` model
    state: str  # a job state
    result: Mapping[str, Any] | None  # workers.backends.requests.Result


def _nothing_stored(name: str) -> bytes:
    raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Work:
    """All that was recorded of an attempt. Bytes are read only when a criterion looks at them."""

    runs: Sequence[Run] = ()
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # of submission jobs that are done, by key
    picture: Callable[[str], bytes] = _nothing_stored  # a stored PNG by its digest; raises KeyError
    asset: Callable[[str], bytes] = _nothing_stored  # a file of the course by its path; raises KeyError


class Refusal(Exception):
    """The kind says no: the turn limit is reached, an option is not allowed, … The student reads `text`."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
