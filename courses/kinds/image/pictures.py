"""The pictures of an attempt: which there are, which were chosen, how many count. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.kinds.work import Run, Work

LOST = frozenset({"failed", "dead"})  # through no fault of the student: counts for nothing


@dataclass(frozen=True, slots=True)
class Made:
    """One picture of a run."""

    run: Run
    place: int  # in its batch, from 0
    record: Mapping[str, Any]  # workers.backends.requests.Picture

    @property
    def id(self) -> str:
        return f"{self.run.id}:{self.place}"

    @property
    def digest(self) -> str:
        return str(self.record["digest"])


def pictures_of(run: Run) -> list[Made]:
    found = (run.result or {}).get("pictures") or []
    return [Made(run, place, record) for place, record in enumerate(found)]


def all_pictures(work: Work) -> list[Made]:
    """Oldest first."""
    return [made for run in work.runs for made in pictures_of(run)]


def chosen_pictures(work: Work, chosen: Iterable[str]) -> list[Made]:
    """In the order in which they were made, each once. Raises KeyError for one that this attempt does not have."""
    known = {made.id: made for made in all_pictures(work)}
    wanted = set(chosen)
    if not wanted <= known.keys():
        raise KeyError(min(wanted - known.keys()))
    return [made for made in known.values() if made.id in wanted]


def pictures_used(work: Work) -> int:
    """Made or being made; what a server lost and what was stopped before there was a picture is free."""
    return sum(_count(run) for run in work.runs)


def _count(run: Run) -> int:
    made = len(pictures_of(run))
    if made or run.state in LOST or run.state in ("done", "cancelled"):
        return made
    return _asked(run.payload.get("options") or {})


def _asked(options: Mapping[str, Any]) -> int:
    try:
        return int(float(str(options.get("batch") or 1)))
    except ValueError:
        return 1


def first_prompts(pictures: Sequence[Made]) -> list[Made]:
    """One picture of each run."""
    return list({made.run.id: made for made in reversed(pictures)}.values())[::-1]
