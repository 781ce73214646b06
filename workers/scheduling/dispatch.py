"""Give waiting jobs to free slots. The same function runs when work comes, when work ends, and from the sweep.

One dispatcher at a time works on a pool, so that free slots are counted right. Celery gets one message per lease and
therefore never holds more than there are free slots: its own order decides nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import KombuError

from workers.backends.models import Server
from workers.backends.selectors import resolve, usable_servers
from workers.scheduling import policy, queue, services
from workers.scheduling.models import Job, PoolLock
from workers.scheduling.moves import moved
from workers.scheduling.policy import Assignment, Place, View
from workers.scheduling.states import State
from workers.scheduling.turns import Turns

logger = logging.getLogger(__name__)

WINDOW = 32  # queued jobs read at a time
MOST_WINDOWS = 16  # in one dispatch; the next one goes on
SECONDS_AFTER_BROKER_FAULT = 1.0

_turns = Turns()


@dataclass(frozen=True, slots=True)
class Lease:
    job: UUID
    token: int


def dispatch(pool: str) -> int:
    """Lease as many waiting jobs of a pool as there are free slots and send them out; returns how many.

    Zero, too, when another thread of this process is about to do it.
    """
    if not queue.waits(pool):
        return 0
    leases = _lease_jobs(pool)
    transaction.on_commit(lambda: _send(leases))
    if leases:
        moved(pool)
    return len(leases)


def _lease_jobs(pool: str) -> list[Lease]:
    if connection.in_atomic_block:
        return _lease_under_lock(pool)  # nobody else sees our rows yet
    with _turns.turn(pool) as ours:
        return _lease_under_lock(pool) if ours else []


def _lease_under_lock(pool: str) -> list[Lease]:
    with transaction.atomic():
        _lock(pool)
        return _assign(pool, timezone.now())


def dispatch_quietly(pool: str) -> None:
    """For callers whose own work is already committed: what fails here is done again by the sweep."""
    try:
        dispatch(pool)
    except Exception:
        logger.exception("dispatching %s failed; the sweep will try again", pool)


def _lock(pool: str) -> None:
    # SQLite has no row locks and needs none: its transactions take the write lock when they begin.
    if PoolLock.objects.select_for_update().filter(pool=pool).first() is None:
        PoolLock.objects.get_or_create(pool=pool)
        PoolLock.objects.select_for_update().get(pool=pool)


def _assign(pool: str, now: datetime) -> list[Lease]:
    round_ = _Round(pool, now)
    leases: list[Lease] = []
    for _ in range(MOST_WINDOWS):
        if not any(round_.free.values()):
            break
        waiting = queue.window(pool, now=now, skip=round_.skip, limit=WINDOW)
        assignments = policy.choose(round_.view(waiting), waiting)
        tokens = {job.job: job.token for job in waiting}
        for assignment in assignments:
            leases += _lease(assignment, tokens[assignment.job], now)
        if len(waiting) < WINDOW:
            break
        round_.learn(waiting, assignments)
    return leases


class _Round:
    """What one dispatch knows; it changes with each window."""

    def __init__(self, pool: str, now: datetime) -> None:
        self.now = now
        busy = queue.busy_slots(pool)
        servers = Server.objects.filter(usable_servers(now), pool=pool)
        self.free = {server.pk: max(0, server.slots - busy.get(server.pk, 0)) for server in servers}
        self.in_flight = queue.in_flight(pool)
        self.most_in_flight: int = settings.JOBS_IN_FLIGHT_PER_STUDENT
        self.skip = queue.Skip(owners={owner for owner, count in self.in_flight.items() if self._is_full(count)})
        self._places: dict[tuple[str, str], tuple[Place, ...]] = {}

    def view(self, waiting: Sequence[policy.Waiting]) -> View:
        for target in {job.target for job in waiting}:
            if target not in self._places:
                self._places[target] = self._find_places(*target)
        return View(
            now=self.now,
            free=self.free,
            in_flight=self.in_flight,
            most_in_flight=self.most_in_flight,
            places=self._places,
        )

    def learn(self, waiting: Sequence[policy.Waiting], assignments: Sequence[Assignment]) -> None:
        """Take what was assigned off the free slots, and leave out what cannot start any more."""
        jobs = {job.job: job for job in waiting}
        for assignment in assignments:
            self.free[assignment.server] -= 1
            self.skip.jobs.add(assignment.job)
            owner = jobs[assignment.job].owner
            if owner is not None:
                self.in_flight[owner] = self.in_flight.get(owner, 0) + 1
                if self._is_full(self.in_flight[owner]):
                    self.skip.owners.add(owner)
        for target, places in self._places.items():
            if not any(self.free.get(place.server, 0) for place in places):
                self.skip.targets.add(target)

    def _is_full(self, count: int) -> bool:
        return count >= self.most_in_flight

    def _find_places(self, alias: str, task: str) -> tuple[Place, ...]:
        candidates = [one for one in resolve(alias, task=task) if one.server.pk in self.free and one.model]
        return tuple(Place(one.server.pk, one.model, one.loaded) for one in candidates)


def _lease(assignment: Assignment, token: int, now: datetime) -> list[Lease]:
    """Move the job to leased, if it is still waiting as it was read: a list of one lease, or of none."""
    leased = Job.objects.filter(pk=assignment.job, state=State.QUEUED, lease_token=token).update(
        state=State.LEASED,
        lease_token=token + 1,
        lease_expires_at=now + timedelta(seconds=settings.LEASE_SECONDS),
        leased_at=now,
        server_id=assignment.server,
        model=assignment.model,
        manifest={"route": assignment.reason},
        worker="",
    )
    return [Lease(assignment.job, token + 1)] if leased == 1 else []


def _send(leases: Sequence[Lease]) -> None:
    """Celery messages, one per lease. Those that cannot be sent go back; the sweep tries again."""
    for number, lease in enumerate(leases):
        try:
            current_app.send_task("workers.run_job", args=[str(lease.job), lease.token])
        except (KombuError, OSError) as error:
            logger.error("the broker takes no messages (%s); jobs go back into the queue", error)  # noqa: TRY400
            for unsent in leases[number:]:
                services.give_back(job_id=unsent.job, token=unsent.token, delay=SECONDS_AFTER_BROKER_FAULT)
            return
