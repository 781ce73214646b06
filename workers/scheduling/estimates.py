"""How long jobs take, measured on those that ended lately."""

from dataclasses import dataclass

import numpy as np

from workers.scheduling.models import Job
from workers.scheduling.states import State

MEASURED = 50  # jobs
FEWEST = 3  # below this nothing is said
USUAL_SECONDS = 5.0  # between two tries of a student when nothing was measured


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """Seconds that half and nine tenths of the jobs took."""

    median: float
    long: float


def service_time(pool: str) -> ServiceTime | None:
    """None while too little was measured."""
    ended = Job.objects.filter(pool=pool, state=State.DONE, started_at__isnull=False, finished_at__isnull=False)
    times = ended.order_by("-finished_at").values_list("started_at", "finished_at")[:MEASURED]
    seconds = [(finished - started).total_seconds() for started, finished in times if started and finished]
    if len(seconds) < FEWEST:
        return None
    median, long = np.percentile(seconds, [50, 90])
    return ServiceTime(float(median), float(long))


def seconds_until_room(pool: str = "text") -> float:
    """When a student who has too many jobs waiting should try again."""
    measured = service_time(pool)
    return max(1.0, measured.median) if measured else USUAL_SECONDS
