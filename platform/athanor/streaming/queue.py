"""The places of an attempt's jobs in the queue, as a page shows them."""

from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import connections

from workers.backends.models import Pool
from workers.scheduling import selectors
from workers.scheduling.models import Job
from workers.scheduling.states import State

MOVED = "moved"  # something moved in the queue of a pool; not durable
CHANNELS = tuple(f"pool:{pool}" for pool in Pool.values)


@dataclass(frozen=True, slots=True)
class Place:
    job: str
    position: int
    ahead: int
    eta: tuple[float, float] | None  # seconds: probably not before, probably not after
    reason: str  # "queue", "loading", "no_server", "paused", "starting"


async def waiting(subject: str) -> list[Place]:
    """Where the jobs of this subject stand that have not begun."""
    return await sync_to_async(_waiting, thread_sensitive=False)(subject)


def _waiting(subject: str) -> list[Place]:
    try:
        jobs = Job.objects.filter(subject=subject, state__in=[State.QUEUED, State.LEASED]).order_by("created_at")
        return [_place(job) for job in jobs]
    finally:
        connections.close_all()  # a stream keeps no connection between two looks


def _place(job: Job) -> Place:
    found = selectors.waiting(job)
    return Place(str(job.pk), found.position, found.ahead, found.eta, found.reason)
