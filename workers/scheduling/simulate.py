"""Play a day of asking against the policy, event by event, without servers, database or clock. Pure.

`Fair` drives the very `policy.choose` that dispatches; `FirstCome` is what most servers do by themselves, to compare. A
simulated server keeps one model in memory: a job of another one first takes the seconds of a load.
"""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from workers.backends.routing import Demand
from workers.scheduling import policy
from workers.scheduling.ledger import Ledger
from workers.scheduling.policy import Place, View, Waiting
from workers.scheduling.spec import Lane

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ask:
    """One job of a trace."""

    at: float  # seconds after the beginning
    student: int
    course: str
    seconds: float  # of a slot that it takes
    model: str = "model"
    expected: float | None = None  # seconds; None: predicted exactly
    lane: Lane = Lane.INTERACTIVE


@dataclass(frozen=True, slots=True)
class Site:
    """What serves. `slots`: of each server."""

    slots: tuple[int, ...]
    swap_seconds: float = 20.0
    most_in_flight: int = 2
    window: float = policy.WINDOW


@dataclass(frozen=True, slots=True)
class Start:
    """A job that ran, in the order of starting."""

    ask: Ask
    number: int  # in the trace
    at: float
    end: float
    server: int
    swap: bool


RENEWAL = 10.0  # seconds between two renewals of a lease


@dataclass
class State:
    """What a policy may look at."""

    site: Site
    free: list[int]
    model: list[str]  # in memory, by server
    in_flight: Counter[int] = field(default_factory=Counter)
    unwatched: int = 0


class Policy(Protocol):
    def arrive(self, number: int, ask: Ask) -> None: ...
    def end(self, number: int, ask: Ask) -> None: ...
    def choose(self, now: float, state: State) -> list[tuple[int, int]]:
        """Numbers of asks and servers."""
        ...


class Fair:
    """The product's policy."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.ledger.held = {}
        self._jobs: dict[int, Waiting] = {}
        self._models: set[str] = set()
        self._began: dict[int, float] = {}  # of what runs, loads excluded
        self._renewals: list[tuple[float, int]] = []  # when its lease is renewed next

    def arrive(self, number: int, ask: Ask) -> None:
        expected = ask.seconds if ask.expected is None else ask.expected
        moment = START + timedelta(seconds=ask.at)
        job = Waiting(UUID(int=number), ask.lane, Demand(ask.model), ask.student, moment, expected)
        self._jobs[number] = job
        self._models.add(ask.model)
        self.ledger.arrive(job, group=ask.course)

    def end(self, number: int, ask: Ask) -> None:
        del self._began[number]
        self.ledger.end(self._jobs.pop(number), ask.seconds)

    def choose(self, now: float, state: State) -> list[tuple[int, int]]:
        self._renew(now)
        free = {server: slots for server, slots in enumerate(state.free) if slots}
        # Full servers cannot be chosen: leaving them out changes the named reason only.
        places = {
            Demand(model): [Place(server, model, state.model[server] == model) for server in free]
            for model in self._models
        }
        view = View(
            now=START + timedelta(seconds=now), free=free, in_flight=state.in_flight,
            most_in_flight=state.site.most_in_flight, places=places, slots=sum(state.site.slots),
            unwatched=state.unwatched, held=self.ledger.held, window=state.site.window,
        )  # fmt: skip
        return [self._begin(job, server, now, state) for job, server, _ in self.ledger.choose(view)]

    def _begin(self, job: Waiting, server: int, now: float, state: State) -> tuple[int, int]:
        swap = state.model[server] not in ("", job.target.alias)
        self._began[job.job.int] = now + swap * state.site.swap_seconds
        heappush(self._renewals, (now + RENEWAL, job.job.int))
        return job.job.int, server

    def _renew(self, now: float) -> None:
        """Workers tell what their runs have taken so far."""
        while self._renewals and self._renewals[0][0] <= now:
            due, number = heappop(self._renewals)
            if number in self._began:
                # At its moment, although the queue hears of it now only.
                due += RENEWAL * ((now - due) // RENEWAL)
                self.ledger.grow(self._jobs[number], due - self._began[number])
                heappush(self._renewals, (due + RENEWAL, number))


class FirstCome:
    """One line for everybody, the first free server."""

    def __init__(self) -> None:
        self._line: deque[int] = deque()

    def arrive(self, number: int, ask: Ask) -> None:
        self._line.append(number)

    def end(self, number: int, ask: Ask) -> None:
        pass

    def choose(self, now: float, state: State) -> list[tuple[int, int]]:
        slots = [server for server, free in enumerate(state.free) for _ in range(free)]
        return [(self._line.popleft(), server) for server in slots[: len(self._line)]]


def play(asks: Sequence[Ask], site: Site, chooser: Policy, *, until: float | None = None) -> list[Start]:
    """Run a trace to its end, or start nothing after `until` seconds; returns what ran, in the order of starting."""
    state = State(site, list(site.slots), [""] * len(site.slots))
    coming = deque(sorted(range(len(asks)), key=lambda number: (asks[number].at, number)))
    running: list[tuple[float, int, int]] = []  # end, number, server
    starts: list[Start] = []
    while coming or running:
        now = min([running[0][0]] if running else [], default=None)
        if coming and (now is None or asks[coming[0]].at <= now):
            now = asks[coming[0]].at
        assert now is not None  # noqa: S101 - the loop's condition
        if until is not None and now > until:
            break
        while running and running[0][0] <= now:
            _, number, server = heappop(running)
            _leave(state, asks[number], server)
            chooser.end(number, asks[number])
        while coming and asks[coming[0]].at <= now:
            number = coming.popleft()
            chooser.arrive(number, asks[number])
        for number, server in chooser.choose(now, state):
            start = _enter(state, asks[number], number, server, now)
            starts.append(start)
            heappush(running, (start.end, number, server))
    return starts


def _enter(state: State, ask: Ask, number: int, server: int, now: float) -> Start:
    swap = state.model[server] not in ("", ask.model)
    state.model[server] = ask.model
    state.free[server] -= 1
    state.in_flight[ask.student] += 1
    state.unwatched += ask.lane in policy.UNWATCHED
    return Start(ask, number, now, now + ask.seconds + swap * state.site.swap_seconds, server, swap)


def _leave(state: State, ask: Ask, server: int) -> None:
    state.free[server] += 1
    state.in_flight[ask.student] -= 1
    if not state.in_flight[ask.student]:
        del state.in_flight[ask.student]
    state.unwatched -= ask.lane in policy.UNWATCHED


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run was like. Waits in seconds, of each student's mean wait."""

    wait_p50: float
    wait_p95: float
    wait_max: float
    jain: float  # of the students' rates: seconds given / seconds from the first asking to the last answer
    utilisation: float  # of the slots between the first start and the last end, loads excluded
    swaps: int


def figures(starts: Sequence[Start], site: Site) -> Figures:
    """Raises ValueError when nothing ran."""
    if not starts:
        raise ValueError("nothing ran")
    mine: defaultdict[int, list[Start]] = defaultdict(list)
    for start in starts:
        mine[start.ask.student].append(start)
    waits = sorted(sum(one.at - one.ask.at for one in ran) / len(ran) for ran in mine.values())
    rates = [
        sum(one.ask.seconds for one in ran) / max(max(one.end for one in ran) - min(one.ask.at for one in ran), 1e-9)
        for ran in mine.values()
    ]
    length = max(one.end for one in starts) - min(one.at for one in starts)
    work = sum(one.ask.seconds for one in starts)
    return Figures(
        wait_p50=_quantile(waits, 0.5),
        wait_p95=_quantile(waits, 0.95),
        wait_max=waits[-1],
        jain=jain(rates),
        utilisation=work / max(length * sum(site.slots), 1e-9),
        swaps=sum(one.swap for one in starts),
    )


def jain(values: Sequence[float]) -> float:
    """Jain's index: 1 when all are equal, 1/n when one has everything."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0


def _quantile(ordered: Sequence[float], part: float) -> float:
    return ordered[max(0, ceil(part * len(ordered)) - 1)]


def fewest_swaps(asks: Sequence[Ask], site: Site) -> int | None:
    """A lower bound for two models on one slot whose students all wait all the time, within the same window.

    No schedule serves one model longer than it takes to bring its students from `window` behind the others to `window`
    before them, nor longer than twice LONGEST_HOLD, plus the jobs that cross these limits. None for other sites.
    """
    models = sorted({ask.model for ask in asks})
    if len(models) != 2 or site.slots != (1,):
        return None
    phases = []
    for model in models:
        mine = [ask for ask in asks if ask.model == model]
        students, longest = len({ask.student for ask in mine}), max(ask.seconds for ask in mine)
        phase = min(students * (2 * site.window + longest), 2 * (policy.LONGEST_HOLD + longest))
        phases.append(ceil(sum(ask.seconds for ask in mine) / phase))
    return max(1, 2 * max(phases) - 2)


def parse(trace: Any) -> tuple[list[Ask], Site]:
    """A trace from JSON: {"servers": [slots, …], "swap_seconds"?, "jobs": [{"at", "student", "course", "seconds", …}]}.

    Raises ValueError that names what is wrong and where.
    """
    if not isinstance(trace, dict) or not isinstance(trace.get("jobs"), list) or not trace["jobs"]:
        raise ValueError("a trace is an object with a list of jobs that is not empty")
    slots = trace.get("servers")
    if not isinstance(slots, list) or not slots or not all(isinstance(one, int) and one > 0 for one in slots):
        raise ValueError("servers: a list of the slots of each server, for example [4, 4]")
    site = Site(tuple(slots), float(trace.get("swap_seconds", 20.0)))
    return [_ask(number, job) for number, job in enumerate(trace["jobs"])], site


def _ask(number: int, job: Any) -> Ask:
    try:
        expected = job.get("expected")
        ask = Ask(
            at=float(job["at"]),
            student=int(job["student"]),
            course=str(job.get("course", "")),
            seconds=float(job["seconds"]),
            model=str(job.get("model", "model")),
            expected=None if expected is None else float(expected),
            lane=Lane(job.get("lane", Lane.INTERACTIVE)),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"jobs[{number}]: {error!r}") from error
    if not (ask.at >= 0 and 0 < ask.seconds < float("inf")) or (ask.expected is not None and not ask.expected >= 0):
        raise ValueError(f"jobs[{number}]: times must be positive numbers")
    return ask


def synthetic(
    *, students: int, courses: int, asks_each: int, minutes: float, models: int = 1, seed: int = 0
) -> list[Ask]:
    """A class: everybody asks at any time, most answers are short and a few are long."""
    chance = random.Random(seed)  # noqa: S311
    return [
        Ask(
            at=chance.uniform(0, minutes * 60),
            student=student,
            course=f"course:{student % courses}",
            seconds=min(60.0, chance.lognormvariate(1.0, 0.7)),
            model=f"model-{student % models}",
        )
        for student in range(students)
        for _ in range(asks_each)
    ]
