"""What a rehearsal showed: waiting, fairness, utilisation, errors, and whether so many seats fit. Pure."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from workers.scheduling import simulate

ALL_WELL = "done"


@dataclass(frozen=True, slots=True)
class Ran:
    """One question. Times in seconds after the first one was asked; None: it never began, or never ended."""

    student: int
    state: str
    server: int | None
    model: str
    asked: float
    began: float | None
    ended: float | None
    code: str = ""  # of an error


@dataclass(frozen=True, slots=True)
class Waiting:
    """Seconds from asking to the beginning of the answer."""

    p50: float
    p95: float
    most: float

    @classmethod
    def of(cls, waits: Sequence[float]) -> "Waiting":
        ordered = sorted(waits) or [0.0]
        return cls(*(round(ordered[max(0, ceil(part * len(ordered)) - 1)], 3) for part in (0.5, 0.95, 1.0)))


@dataclass(frozen=True, slots=True)
class Report:
    students: int
    questions: int
    answers: int
    waiting: Waiting  # of all questions
    students_waiting: Waiting  # of each student's mean
    service_p50: float  # seconds of a slot
    jain: float  # of each student's answering / (waiting + answering): 1 where all waited alike for what they got
    utilisation: float
    swaps: int
    errors: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def report(ran: Sequence[Ran], *, slots: int, refused: Mapping[str, int], unfinished: int) -> Report:
    begun = [(one, one.began - one.asked) for one in ran if one.began is not None]
    mine: defaultdict[int, list[float]] = defaultdict(list)
    given: defaultdict[int, float] = defaultdict(float)
    for one, wait in begun:
        mine[one.student].append(wait)
        given[one.student] += (one.ended or one.began or 0.0) - (one.began or 0.0)
    errors = Counter(one.code or one.state for one in ran if one.state != ALL_WELL) + Counter(refused)
    if unfinished:
        errors["unfinished"] = unfinished
    times = [one.ended - one.began for one in ran if one.began is not None and one.ended is not None]
    first = min((one.began for one, _ in begun if one.began is not None), default=0.0)
    length = max((one.ended for one in ran if one.ended is not None), default=0.0) - first
    return Report(
        students=len({one.student for one in ran}),
        questions=len(ran) + sum(refused.values()),
        answers=sum(one.state == ALL_WELL for one in ran),
        waiting=Waiting.of([wait for _, wait in begun]),
        students_waiting=Waiting.of([sum(waits) / len(waits) for waits in mine.values()]),
        service_p50=Waiting.of(times).p50,
        jain=round(simulate.jain([got / max(got + sum(mine[student]), 1e-9) for student, got in given.items()]), 4),
        utilisation=round(sum(times) / max(length * slots, 1e-9), 4) if slots else 0.0,
        swaps=_swaps(ran),
        errors=dict(errors),
    )


def _swaps(ran: Sequence[Ran]) -> int:
    """How often a server was given another model than just before."""
    last: dict[int, str] = {}
    swaps = 0
    for one in sorted((one for one in ran if one.began is not None), key=lambda one: one.began or 0.0):
        if one.server is not None:
            swaps += last.get(one.server, one.model) != one.model
            last[one.server] = one.model
    return swaps


def forecast(
    times: Sequence[float], *, seats: int, slots: int, think: float, background: float, minutes: float
) -> float:
    """Seconds that 95 % of the seats would wait at most on average, with these service times, by simulation.

    `background`: the part of the slots that others use at that time, 0..1.
    """
    chance = random.Random(0)  # noqa: S311 - the same question gives the same answer
    mean = sum(times) / len(times)
    asks = [
        simulate.Ask(chance.uniform(0, minutes * 60), seat, "class", chance.choice(times))
        for seat in range(seats)
        for _ in range(max(1, round(minutes * 60 / (think + mean))))
    ]
    others = ceil(background * slots * minutes * 60 / mean)
    asks += [
        simulate.Ask(chance.uniform(0, minutes * 60), seats + n % 30, "others", chance.choice(times))
        for n in range(others)
    ]
    starts = simulate.play(asks, simulate.Site((slots,)), simulate.Fair())
    mine: defaultdict[int, list[float]] = defaultdict(list)
    for start in starts:
        if start.ask.student < seats:
            mine[start.ask.student].append(start.at - start.ask.at)
    return Waiting.of([sum(waits) / len(waits) for waits in mine.values()]).p95
