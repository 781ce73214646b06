"""The queue as the dispatcher reads it: never whole, always through its index."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from workers.scheduling.models import Job
from workers.scheduling.policy import Waiting
from workers.scheduling.spec import Lane
from workers.scheduling.states import ACTIVE, State


@dataclass
class Skip:
    """Who is left out of a window, because nothing of theirs can start now."""

    owners: set[int] = field(default_factory=set)
    targets: set[tuple[str, str]] = field(default_factory=set)
    jobs: set[Any] = field(default_factory=set)


def waits(pool: str) -> bool:
    return _queued(pool).exists()


def pools_that_wait() -> list[str]:
    return list(Job.objects.filter(state=State.QUEUED).order_by().values_list("pool", flat=True).distinct())


def window(pool: str, *, now: datetime, skip: Skip, limit: int) -> list[Waiting]:
    """The first jobs of the queue that may start now, the most urgent lane first."""
    found: list[Waiting] = []
    for lane in Lane:
        if len(found) < limit:
            found += _lane_window(pool, lane, now, skip, limit - len(found))
    return found


def _lane_window(pool: str, lane: Lane, now: datetime, skip: Skip, limit: int) -> Iterator[Waiting]:
    rows = _queued(pool).filter(lane=lane.value, not_before__lte=now)
    if skip.owners:
        rows = rows.filter(Q(owner__isnull=True) | ~Q(owner__in=skip.owners))
    for alias, task in skip.targets:
        rows = rows.exclude(alias=alias, request__task=task)
    if skip.jobs:
        rows = rows.exclude(pk__in=skip.jobs)
    fields = ("id", "alias", "request__task", "owner_id", "share_group", "created_at", "expected_seconds")
    for row in rows.order_by("created_at").values(*fields, "avoid_servers", "lease_token")[:limit]:
        yield Waiting(
            job=row["id"],
            lane=lane,
            target=(row["alias"], row["request__task"]),
            owner=row["owner_id"],
            group=row["share_group"],
            created_at=row["created_at"],
            expected_seconds=row["expected_seconds"],
            avoid=frozenset(row["avoid_servers"]),
            token=row["lease_token"],
        )


def busy_slots(pool: str) -> dict[int, int]:
    """Jobs in flight by server."""
    rows = Job.objects.filter(pool=pool, state__in=ACTIVE, server__isnull=False).order_by()
    return dict(rows.values_list("server").annotate(count=Count("pk")))


def in_flight(pool: str) -> dict[int, int]:
    """Jobs in flight by owner."""
    rows = Job.objects.filter(pool=pool, state__in=ACTIVE, owner__isnull=False).order_by()
    return dict(rows.values_list("owner").annotate(count=Count("pk")))


def _queued(pool: str) -> QuerySet[Job]:
    return Job.objects.filter(pool=pool, state=State.QUEUED)
