"""Put right what crashes, lost messages and an emptied Redis left behind. Runs every few seconds; harmless if twice."""

import logging

from django.utils import timezone

from workers.backends.models import Server
from workers.backends.services import probe_all
from workers.scheduling import queue, services
from workers.scheduling.dispatch import dispatch_quietly
from workers.scheduling.models import Job
from workers.scheduling.moves import moved
from workers.scheduling.states import ACTIVE

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 500  # expired leases


def sweep() -> int:
    """Take expired leases back, look after servers that were unwell, dispatch; returns how many leases expired."""
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
    return taken


def probe_unwell() -> bool:
    """Ask the servers that failed and have rested since, sooner than their next turn."""
    unwell = Server.objects.filter(enabled=True, retry_at__lte=timezone.now()).exclude(health=Server.Health.HEALTHY)
    return bool(unwell) and probe_all(unwell)


def probe_everybody() -> None:
    """Probe all servers; work that waited for one that is back starts."""
    if probe_all(Server.objects.filter(enabled=True)):
        for pool in queue.pools_that_wait():
            dispatch_quietly(pool)
