"""What people see of the queue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet, UUIDField
from django.utils import timezone

from workers import prepared
from workers.backends import breakers
from workers.backends.breakers import Breaker
from workers.backends.models import Pool, Server
from workers.backends.routing import Bar
from workers.backends.selectors import Candidate, everywhere
from workers.prepared import Given
from workers.scheduling import estimates, queue
from workers.scheduling.forecast import forecast
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE, State

MOST_LISTED = 100
STUCK = frozenset({"no_server", "paused", "premises", "too_long", "no_route"})  # nobody can tell how long


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a job stands. `position` is 1 for the next one; `eta` in seconds, probably not before and not after.

    `reason` is a key of `workers.backends.messages.REASONS`. A job that runs or has ended has position 0.
    """

    position: int
    ahead: int
    eta: tuple[float, float] | None
    reason: str


@dataclass(frozen=True, slots=True)
class ServerLoad:
    server: Server
    slots: int
    busy: int
    health: str
    paused: bool
    loaded: tuple[str, ...]  # names of models
    connections: Breaker
    answers: Breaker


@dataclass(frozen=True, slots=True)
class Entry:
    """A job in flight or in the queue. Show `owner_id` to nobody: it only tells whose own it is."""

    job: UUID
    position: int  # 0: in flight
    state: str
    lane: str
    alias: str
    owner_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    pool: str
    servers: tuple[ServerLoad, ...]
    running: int
    queued: int
    entries: tuple[Entry, ...]  # in the order of service, at most 100


def state_of(job_id: UUID) -> str:
    """The state that it has now; the job must exist."""
    [[state]] = prepared.select("selectors state", _state, job_id)
    return str(state)


def _state() -> QuerySet[Job, tuple[str]]:
    return Job.objects.filter(pk=Given(0, UUIDField())).order_by().values_list("state")


def waiting(job: Job) -> Waiting:
    """Where a job stands and why it does not run yet."""
    return waiting_of([job])[0]


def waiting_of(jobs: Sequence[Job]) -> list[Waiting]:
    """Where each of many jobs stands. What they have in common is asked once."""
    queued = [job for job in jobs if job.state == State.QUEUED]
    common = _Common(queued) if queued else None
    return [_waiting(job, common) for job in jobs]


class _Common:
    """What jobs of the same pool and alias wait for."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        first = {job.pool: job.pk for job in jobs}
        self.places = {pool: forecast(pool, job).places for pool, job in first.items()}
        self._candidates: dict[tuple[str, str], list[Candidate]] = {}  # of alias and task
        self._times: dict[str, estimates.ServiceTime | None] = {}
        self._full = queue.full({job.owner_id for job in jobs if job.owner_id is not None})

    def ahead(self, job: Job) -> int:
        """How many jobs are served before this one."""
        places = self.places[job.pool]
        return places.get(job.pk, len(places) + 1) - 1

    def is_full(self, job: Job) -> bool:
        """Whether its owner has as many jobs in flight as one may have."""
        return (job.pool, job.owner_id) in self._full

    def candidates(self, job: Job) -> list[Candidate]:
        """Every server of its alias, also those that do not take it."""
        demand = job.demand
        if (demand.alias, demand.task) not in self._candidates:
            self._candidates[demand.alias, demand.task] = everywhere(demand.alias, task=demand.task)
        return self._candidates[demand.alias, demand.task]

    def service_time(self, pool: str) -> estimates.ServiceTime | None:
        if pool not in self._times:
            self._times[pool] = estimates.service_time(pool)
        return self._times[pool]


def _waiting(job: Job, common: _Common | None) -> Waiting:
    if common is None or job.state != State.QUEUED:
        return Waiting(0, 0, (0.0, 1.0) if job.state == State.LEASED else None, "starting")
    ahead, everything = common.ahead(job), common.candidates(job)
    candidates = [one for one in everything if one.bar(job.demand) is None]
    reason = _reason(job, ahead, candidates) if candidates else _nowhere(job, everything)
    if reason in ("queue", "loading") and common.is_full(job):
        reason = "own"
    eta = _eta(common.service_time(job.pool), ahead, candidates) if reason not in STUCK else None
    return Waiting(ahead + 1, ahead, eta, reason)


def overview(pool: str) -> Overview:
    """The servers of a pool and what is in its queue."""
    busy = queue.busy_slots(pool)
    servers = Server.objects.filter(pool=pool, enabled=True).prefetch_related("models")
    running = list(Job.objects.filter(pool=pool, state__in=ACTIVE).order_by("leased_at")[:MOST_LISTED])
    queued = Job.objects.filter(pool=pool, state=State.QUEUED)
    entries = [_entry(job, 0) for job in running]
    entries += [_entry(job, n) for n, job in enumerate(_in_order(pool, MOST_LISTED - len(running)), start=1)]
    return Overview(
        pool=pool,
        servers=tuple(_load(server, busy.get(server.pk, 0)) for server in servers),
        running=sum(busy.values()),
        queued=queued.count(),
        entries=tuple(entries),
    )


def pools() -> list[str]:
    """The pools that have a server or waiting work, in their usual order."""
    used = set(Server.objects.filter(enabled=True).values_list("pool", flat=True)) | set(queue.pools_that_wait())
    return [pool for pool in Pool.values if pool in used]


def _in_order(pool: str, limit: int) -> list[Job]:
    first = forecast(pool).jobs[: max(0, limit)]
    rows = Job.objects.filter(state=State.QUEUED).defer("request", "result").in_bulk(first)
    return [rows[key] for key in first if key in rows]


def _reason(job: Job, ahead: int, candidates: list[Candidate]) -> str:
    now = timezone.now()
    if job.error and job.not_before > now:
        return "retry"
    usable = [one for one in candidates if one.usable]
    if not usable:
        only_paused = any(one.server.paused or one.server.draining for one in candidates)
        return "paused" if only_paused else "no_server"
    if ahead == 0 and not any(one.loaded for one in usable):
        return "loading"
    return "queue"


def _nowhere(job: Job, candidates: Sequence[Candidate]) -> str:
    """Why no route takes the job, whatever its server does."""
    bars = {one.bar(job.demand) for one in candidates}
    if Bar.OFF_PREMISES in bars:
        return "premises"  # it would go there, were it not for the rule
    if Bar.TOO_LONG in bars:
        return "too_long"
    return "no_route"


def _eta(measured: estimates.ServiceTime | None, ahead: int, candidates: list[Candidate]) -> tuple[float, float] | None:
    slots = sum({one.server.pk: one.server.slots for one in candidates if one.usable}.values())
    if measured is None or not slots:
        return None
    # Slots end their jobs evenly spread; in the worst case all have just begun a long one.
    return (measured.median * ahead / slots, measured.long * (ahead + slots) / slots)


def _load(server: Server, busy: int) -> ServerLoad:
    loaded = tuple(model.name for model in server.models.all() if model.loaded)
    now = timezone.now()
    breaker = (breakers.connections(server, now), breakers.answers(server, now))
    return ServerLoad(server, server.slots, busy, server.health, server.paused, loaded, *breaker)


def _entry(job: Job, position: int) -> Entry:
    return Entry(job.pk, position, job.state, job.lane, job.alias, job.owner_id, job.created_at)


def busy_part(hour: int) -> float:
    """The part of all slots that were busy in this hour of the day, on the busiest day of the last week, 0..1."""
    slots = sum(Server.objects.filter(enabled=True).values_list("slots", flat=True))
    since = timezone.now() - timedelta(days=7)
    ended = Job.objects.filter(started_at__gte=since, finished_at__isnull=False).order_by()
    days: defaultdict[date, float] = defaultdict(float)
    for started, finished in ended.values_list("started_at", "finished_at"):
        if started is None or finished is None:
            continue
        local = timezone.localtime(started, timezone.get_default_timezone())
        if local.hour == hour:
            days[local.date()] += (finished - started).total_seconds()
    return min(1.0, max(days.values(), default=0.0) / (3600 * slots)) if slots else 0.0
