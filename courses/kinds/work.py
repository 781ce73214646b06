"""What was recorded of an attempt, as a kind sees it. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from courses.texts import Text, both


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


def drafts(runs: Iterable[Run]) -> tuple[str, ...]:
    """Keys of those that still wait, for `JobSpec.replaces`: a newer draft makes them pointless."""
    return tuple(f"run:{run.id}" for run in runs if run.state == "queued")


def without_drafts(work: Work, keys: Sequence[str]) -> Work:
    """What counts against the limits of an exercise when these are replaced."""
    return replace(work, runs=[run for run in work.runs if f"run:{run.id}" not in keys])


class Refusal(Exception):
    """The kind says no: the turn limit is reached, an option is not allowed, … The student reads `text`."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def option_not_allowed(name: str) -> Refusal:
    text = both("This exercise does not let you set {name}.", "Cet exercice ne permet pas de régler {name}.", name=name)
    return Refusal("option_not_allowed", text)


def option_out_of_range(name: str, low: float, high: float) -> Refusal:
    text = both(
        "{name} must be a number between {low:g} and {high:g}.",
        "{name} doit être un nombre entre {low:g} et {high:g}.",
        name=name,
        low=low,
        high=high,
    )
    return Refusal("option_out_of_range", text)
