"""The order in which the policy would serve what waits now, for people to see where they stand.

It leaves out what only time tells: ageing lanes, models in memory, and who will be at the cap. A long queue is read at
most once in a while by each process.
"""

import time
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heapreplace
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from workers.scheduling import shares
from workers.scheduling.models import Job, Share
from workers.scheduling.spec import Lane
from workers.scheduling.states import State

LONG = 200  # jobs; shorter queues are read anew each time
SECONDS_KEPT = 1.0
TIMES_READING = 20.0  # a forecast is kept at least so many times as long as it took


class _Waits(NamedTuple):
    job: UUID
    created_at: datetime
    seconds: float


class _Numbers(NamedTuple):
    """Of a share."""

    counter: float
    weight: float = 1.0
    floor: float = 0.0


NEW = _Numbers(0.0)


@dataclass(frozen=True, slots=True)
class Forecast:
    jobs: tuple[UUID, ...]  # in the order of service
    places: dict[UUID, int]  # from 1


_kept: dict[str, tuple[float, Forecast]] = {}  # until when
_reading = Lock()


def forecast(pool: str, job: UUID | None = None) -> Forecast:
    """Where everybody stands; a job that a kept forecast does not know makes a new one."""
    with _reading:
        until, kept = _kept.get(pool, (0.0, None))
        began = time.monotonic()
        if kept is not None and began < until and (job is None or job in kept.places):
            return kept
        made = _make(pool)
        took = time.monotonic() - began
        if len(made.jobs) > LONG:
            _kept[pool] = (began + max(SECONDS_KEPT, TIMES_READING * took), made)
        else:
            _kept.pop(pool, None)
        return made


def _make(pool: str) -> Forecast:
    lines: defaultdict[shares.Who, deque[_Waits]] = defaultdict(deque)
    rows = Job.objects.filter(pool=pool, state=State.QUEUED).order_by("created_at", "pk")
    fields = ("pk", "created_at", "expected_seconds", "lane", "share_group", "owner_id")
    for pk, created_at, seconds, lane, group, owner in rows.values_list(*fields):
        lines[lane, group, owner].append(_Waits(pk, created_at, seconds))
    lanes = _lanes(lines, _numbers(pool) if len(lines) > 1 else {}, pool)
    order = [lane.pop().job for lane in lanes for _ in range(lane.size)]
    return Forecast(tuple(order), {job: place for place, job in enumerate(order, start=1)})


def _numbers(pool: str) -> dict[str, _Numbers]:
    """Of the shares that wait, by their keys."""
    rows = Share.objects.filter(pool=pool, waiting=True).order_by()
    return {key: _Numbers(*row) for key, *row in rows.values_list("key", "counter", "weight", "floor")}


def _lanes(lines: Mapping[shares.Who, deque[_Waits]], numbers: Mapping[str, _Numbers], pool: str) -> list["_Branch"]:
    """The lanes from the most to the least urgent."""
    groups: defaultdict[tuple[str, str], list[_Branch]] = defaultdict(list)
    for who, jobs in lines.items():
        above = shares.path(pool, who)
        group = numbers.get(above[2], NEW)
        # A share that does not know yet that a job came is about to be lifted.
        leaf = numbers.get(above[3], _Numbers(group.floor))
        groups[who[0], above[2]].append(_Branch(leaf.counter, leaf.weight, len(jobs), jobs=jobs))
    lanes: defaultdict[str, list[_Branch]] = defaultdict(list)
    for (lane, key), leaves in groups.items():
        lanes[lane].append(_Branch.of(numbers.get(key, NEW), leaves))
    return [_Branch.of(NEW, lanes[lane]) for lane in Lane if lane in lanes]


@dataclass(eq=False)
class _Branch:
    """A share with everything below it."""

    counter: float
    weight: float
    size: int  # jobs
    jobs: deque[_Waits] = field(default_factory=deque)  # of a leaf
    children: list[tuple[float, datetime, UUID, "_Branch"]] = field(default_factory=list)  # a heap

    @classmethod
    def of(cls, numbers: _Numbers, children: Sequence["_Branch"]) -> "_Branch":
        heap = [child.place() for child in children]
        heapify(heap)
        return cls(numbers.counter, numbers.weight, sum(child.size for child in children), children=heap)

    def place(self) -> tuple[float, datetime, UUID, "_Branch"]:
        first = self.first()
        return (self.counter, first.created_at, first.job, self)

    def first(self) -> _Waits:
        return self.children[0][3].first() if self.children else self.jobs[0]

    def pop(self) -> _Waits:
        self.size -= 1
        if not self.children:
            return self.jobs.popleft()
        child = self.children[0][3]
        job = child.pop()
        child.counter += job.seconds / child.weight
        if child.size:
            heapreplace(self.children, child.place())
        else:
            heappop(self.children)
        return job
