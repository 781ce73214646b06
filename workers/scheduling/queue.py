"""The queue as the dispatcher reads it: never whole, always through its index."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, QuerySet

from workers import prepared
from workers.backends.routing import Demand
from workers.prepared import Given
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE, State

POOL = Given(0, CharField())


@dataclass
class Skip:
    """Who is left out of a window, because nothing of theirs can start now."""

    owners: set[int] = field(default_factory=set)
    targets: set[Demand] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Active:
    """A job in flight."""

    taken: float  # seconds so far
    charge: float
    server: int | None
    owner: int | None
    lane: str
    model: str


def waits(pool: str) -> bool:
    return bool(prepared.select("queue waits", lambda: _queued(POOL).order_by().values_list("pk")[:1], pool))


def pools_that_wait() -> list[str]:
    return list(Job.objects.filter(state=State.QUEUED).order_by().values_list("pool", flat=True).distinct())


def busy_slots(pool: str) -> dict[int, int]:
    """Jobs in flight by server."""
    rows = Job.objects.filter(pool=pool, state__in=ACTIVE, server__isnull=False).order_by()
    return dict(rows.values_list("server").annotate(count=Count("pk")))


def full(owners: Collection[int]) -> set[tuple[str, int]]:
    """Those of these people, with the pool, who have as many jobs in flight as one may have."""
    if not owners:
        return set()
    rows = Job.objects.filter(owner__in=owners, state__in=ACTIVE).order_by().values_list("pool", "owner")
    counted = rows.annotate(count=Count("pk")).filter(count__gte=settings.JOBS_IN_FLIGHT_PER_STUDENT)
    return {(pool, owner) for pool, owner, _ in counted if owner is not None}


def active(pool: str) -> list[Active]:
    """The jobs in flight."""
    return [Active(*row) for row in prepared.select("queue active", _active, pool)]


def _active() -> QuerySet[Job, tuple[Any, ...]]:
    rows = Job.objects.filter(pool=POOL, state__in=sorted(ACTIVE)).order_by()
    return rows.values_list("taken", "charge", "server_id", "owner_id", "lane", "model")


def _queued(pool: str | Given) -> QuerySet[Job]:
    return Job.objects.filter(pool=pool, state=State.QUEUED)
