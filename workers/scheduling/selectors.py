"""What people see of the queue."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from workers.backends.models import Pool, Server
from workers.backends.selectors import Candidate, resolve
from workers.scheduling import estimates, queue
from workers.scheduling.forecast import forecast
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE, State

MOST_LISTED = 100


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


def waiting(job: Job) -> Waiting:
    """Where a job stands and why it does not run yet."""
    if job.state == State.LEASED:
        return Waiting(0, 0, (0.0, 1.0), "starting")
    if job.state != State.QUEUED:
        return Waiting(0, 0, None, "starting")
    ahead = _ahead(job)
    candidates = resolve(job.alias, task=job.request.get("task", "chat"))
    reason = _reason(job, ahead, candidates)
    eta = None if reason in ("no_server", "paused") else _eta(job.pool, ahead, candidates)
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


def _ahead(job: Job) -> int:
    """How many jobs are served before this one."""
    places = forecast(job.pool, job.pk).places
    return places.get(job.pk, len(places) + 1) - 1


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
        only_paused = any(one.server.paused for one in candidates)
        return "paused" if only_paused else "no_server"
    if ahead == 0 and not any(one.loaded for one in usable):
        return "loading"
    return "queue"


def _eta(pool: str, ahead: int, candidates: list[Candidate]) -> tuple[float, float] | None:
    measured = estimates.service_time(pool)
    slots = sum({one.server.pk: one.server.slots for one in candidates if one.usable}.values())
    if measured is None or not slots:
        return None
    # Slots end their jobs evenly spread; in the worst case all have just begun a long one.
    return (measured.median * ahead / slots, measured.long * (ahead + slots) / slots)


def _load(server: Server, busy: int) -> ServerLoad:
    loaded = tuple(model.name for model in server.models.all() if model.loaded)
    return ServerLoad(server, server.slots, busy, server.health, server.paused, loaded)


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
