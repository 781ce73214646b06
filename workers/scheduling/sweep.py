"""Put right what crashes, lost messages and an emptied Redis left behind. Runs every few seconds and whenever
something is due (`alarm.py`); harmless if twice."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from workers.backends.models import Server
from workers.backends.services import probe_all
from workers.scheduling import queue, services
from workers.scheduling.alarm import alarm
from workers.scheduling.dispatch import dispatch_quietly
from workers.scheduling.models import Job
from workers.scheduling.moves import moved
from workers.scheduling.retries import LONGEST_WAIT
from workers.scheduling.states import ACTIVE, State

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 500  # expired leases
AHEAD = timedelta(seconds=10)  # what is due later is seen by a later sweep
LONGEST_REST = timedelta(hours=1)  # of a server; it may say so itself
SLACK = timedelta(seconds=5)  # clocks of several machines differ a little


def sweep() -> int:
    """Take expired leases back, look after servers that were unwell, dispatch; returns how many leases expired."""
    mend_times()
    expired = Job.objects.filter(state__in=ACTIVE, lease_expires_at__lt=timezone.now()).order_by("lease_expires_at")
    taken = 0
    for job in expired[:MOST_AT_ONCE]:
        if services.lose(job=job):
            logger.warning("job %s: the lease of %s expired", job.pk, job.worker or "no worker")
            taken += 1
    probe_unwell()
    for pool in queue.pools_that_wait():
        moved(pool)
        dispatch_quietly(pool)
    alarm.ring_by(next_due())
    return taken


def mend_times() -> None:
    """After a clock was put back: what can never be so far ahead is due as if it had been written now."""
    now = timezone.now()
    lease, pause = timedelta(seconds=settings.LEASE_SECONDS), timedelta(seconds=LONGEST_WAIT)
    leased = Job.objects.filter(state__in=ACTIVE, lease_expires_at__gt=now + lease + SLACK)
    pausing = Job.objects.filter(state=State.QUEUED, not_before__gt=now + pause + SLACK)
    resting = Server.objects.filter(retry_at__gt=now + LONGEST_REST + SLACK)
    if leased.exists() or pausing.exists() or resting.exists():
        logger.warning("the clock was put back: times that lie too far ahead are mended")
        leased.update(lease_expires_at=now + lease)
        pausing.update(not_before=now)
        resting.update(retry_at=now)


def next_due() -> datetime | None:
    """The next moment, soon, at which a sweep will find something to do."""
    now = timezone.now()
    soon = (now, now + AHEAD)
    jobs, servers = Job.objects.order_by(), Server.objects.filter(enabled=True).order_by()
    moments = [
        jobs.filter(state=State.QUEUED, not_before__range=soon).aggregate(due=Min("not_before"))["due"],
        jobs.filter(state__in=ACTIVE, lease_expires_at__range=soon).aggregate(due=Min("lease_expires_at"))["due"],
        servers.filter(retry_at__range=soon).aggregate(due=Min("retry_at"))["due"],
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def probe_unwell() -> bool:
    """Ask the servers that failed and have rested since, sooner than their next turn."""
    asked = Server.objects.filter(enabled=True, draining=False, retry_at__lte=timezone.now())
    unwell = asked.exclude(health=Server.Health.HEALTHY)
    return bool(unwell) and probe_all(unwell)


def probe_everybody() -> None:
    """Probe all servers but those that are drained; work that waited for one that is back starts."""
    if probe_all(Server.objects.filter(enabled=True, draining=False)):
        for pool in queue.pools_that_wait():
            dispatch_quietly(pool)
