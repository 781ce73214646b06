"""The places of an attempt's jobs in the queue, as a page shows them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from workers.backends.models import Pool
from workers.scheduling import selectors
from workers.scheduling.models import Job
from workers.scheduling.states import State

BATCH = 500  # subjects in one statement
MOVED = "moved"  # something moved in the queue of a pool; not durable
CHANNELS = tuple(f"pool:{pool}" for pool in Pool.values)


@dataclass(frozen=True, slots=True)
class Place:
    job: str
    position: int
    ahead: int
    eta: tuple[float, float] | None  # seconds: probably not before, probably not after
    reason: str  # a key of `workers.backends.messages.REASONS`


def places_of(subjects: Collection[str]) -> dict[str, list[Place]]:
    """Where the jobs of these subjects stand that have not begun; a subject without any is left out."""
    jobs: list[Job] = []
    names = sorted(subjects)
    for start in range(0, len(names), BATCH):
        batch = Job.objects.filter(subject__in=names[start : start + BATCH], state__in=[State.QUEUED, State.LEASED])
        jobs += batch.defer("result", "manifest").order_by("created_at")
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for job, place in zip(jobs, selectors.waiting_of(jobs), strict=True):
        found[job.subject].append(Place(str(job.pk), place.position, place.ahead, place.eta, place.reason))
    return found
