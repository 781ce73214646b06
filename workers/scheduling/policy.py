"""Which waiting job goes to which server. Pure.

This version: the most urgent lane first, within it first come, first served; nobody has more jobs in flight than
allowed; of the servers that an alias leads to the first with a free slot that has not failed the job before.
`choose` is the whole interface: a fairer policy replaces this file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from workers.scheduling.spec import Lane

URGENCY: dict[Lane, int] = {lane: rank for rank, lane in enumerate(Lane)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the queue."""

    job: UUID
    lane: Lane
    target: tuple[str, str]  # alias and task
    owner: int | None
    group: str
    created_at: datetime
    expected_seconds: float
    avoid: frozenset[int] = frozenset()  # servers that failed it
    token: int = 0  # of its last lease


@dataclass(frozen=True, slots=True)
class Place:
    """A server that can serve a target now, and what it calls the model."""

    server: int
    model: str
    loaded: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What the queue stands before."""

    now: datetime
    free: Mapping[int, int]  # slots by server
    in_flight: Mapping[int, int]  # jobs by owner
    most_in_flight: int  # per owner
    places: Mapping[tuple[str, str], Sequence[Place]]  # by target, in the order to try


@dataclass(frozen=True, slots=True)
class Assignment:
    job: UUID
    server: int
    model: str
    reason: str  # why this server: "only", "first", "free", "avoided", kept with the run


def choose(view: View, waiting: Sequence[Waiting]) -> list[Assignment]:
    """Assign waiting jobs to free slots; what is not named goes on waiting."""
    free, in_flight = dict(view.free), dict(view.in_flight)
    assignments: list[Assignment] = []
    for job in sorted(waiting, key=lambda one: (URGENCY[one.lane], one.created_at, one.job)):
        if not any(free.values()):
            break
        if job.owner is not None and in_flight.get(job.owner, 0) >= view.most_in_flight:
            continue
        chosen = _place_for(job, view.places.get(job.target, ()), free)
        if chosen is None:
            continue
        assignments.append(chosen)
        free[chosen.server] -= 1
        if job.owner is not None:
            in_flight[job.owner] = in_flight.get(job.owner, 0) + 1
    return assignments


def _place_for(job: Waiting, places: Sequence[Place], free: Mapping[int, int]) -> Assignment | None:
    # Servers that failed the job come last: better one of them than none.
    ordered = sorted(enumerate(places), key=lambda one: (one[1].server in job.avoid, one[0]))
    for rank, (_, place) in enumerate(ordered):
        if free.get(place.server, 0) > 0:
            return Assignment(job.job, place.server, place.model, _reason(job, places, rank))
    return None


def _reason(job: Waiting, places: Sequence[Place], rank: int) -> str:
    if len(places) == 1:
        return "only"
    if rank > 0:
        return "free"  # those before it are full
    return "avoided" if places[0].server in job.avoid else "first"
