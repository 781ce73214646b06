"""Give waiting jobs to free slots. The same function runs when work comes, when work ends, and from the sweep.

One dispatcher at a time works on a pool, so that free slots are counted right. Celery gets one message per lease and
therefore never holds more than there are free slots: its own order decides nothing.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    F,
    FloatField,
    JSONField,
    QuerySet,
    UUIDField,
)
from django.utils import timezone
from kombu.exceptions import KombuError

from workers import prepared
from workers.backends import breakers
from workers.backends.models import Server
from workers.backends.selectors import usable_servers
from workers.prepared import Given
from workers.scheduling import policy, queue, services, shares
from workers.scheduling.lines import Reader
from workers.scheduling.models import Job, PoolLock
from workers.scheduling.moves import moved
from workers.scheduling.places import Places
from workers.scheduling.policy import Assignment, Choice, View
from workers.scheduling.spec import Lane
from workers.scheduling.states import State
from workers.scheduling.turns import Turns

logger = logging.getLogger(__name__)

GROUPS, WIDTH = 2, 8  # groups of a lane and students of a group read at first
WIDER = 8  # times as many, when none of those can start anything
MOST_READINGS = 100  # in one dispatch; the next one goes on
DEEPEST = 4  # jobs of one share read at a time
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
        return lease_under_lock(pool)  # nobody else sees our rows yet
    with _turns.turn(pool) as ours:
        return lease_under_lock(pool) if ours else []


def lease_under_lock(pool: str) -> list[Lease]:
    with transaction.atomic():
        return _assign(_lock(pool), timezone.now())


def dispatch_quietly(pool: str) -> None:
    """For callers whose own work is already committed: what fails here is done again by the sweep."""
    try:
        dispatch(pool)
    except Exception:
        logger.exception("dispatching %s failed; the sweep will try again", pool)


def _lock(pool: str) -> PoolLock:
    # SQLite has no row locks and needs none: its transactions take the write lock when they begin.
    found = prepared.objects("dispatch lock", _locked, pool)
    if not found:
        PoolLock.objects.get_or_create(pool=pool)
        found = prepared.objects("dispatch lock", _locked, pool)
    return found[0]


def _locked() -> QuerySet[PoolLock]:
    return PoolLock.objects.select_for_update().filter(pool=Given(0, CharField())).order_by()


def _assign(lock: PoolLock, now: datetime) -> list[Lease]:
    shares.settle(lock.pool)
    shares.line_up(lock.pool)
    round_ = _Round(lock, now)
    leases: list[Lease] = []
    for _ in range(MOST_READINGS):
        if not any(round_.free.values()):
            break
        tree = round_.read()
        if tree is None:
            break
        jobs = policy.jobs_of(tree)
        choice = policy.choose(round_.view(jobs.values()), tree)
        shares.write(choice)
        for assignment in choice.assignments:
            job = jobs[assignment.job]
            leases += _lease(assignment, job.token, round_.places.explained(job, assignment), now)
        round_.learn(jobs, choice)
        if choice.complete:
            break
    round_.places.remember(lock)
    return leases


class _Round:
    """What one dispatch knows; it changes with each reading."""

    def __init__(self, lock: PoolLock, now: datetime) -> None:
        self.pool, self.now = lock.pool, now
        active = queue.active(lock.pool)
        if not active:
            shares.nothing_flies(lock.pool)
        shares.grow(lock.pool, active)
        busy = Counter(job.server for job in active)
        servers = prepared.objects("dispatch servers", _usable, lock.pool, now)
        self.slots = sum(server.slots for server in servers)
        self.free = {server.pk: max(0, breakers.slots(server) - busy[server.pk]) for server in servers}
        self.in_flight = Counter(job.owner for job in active if job.owner is not None)
        self.unwatched = sum(Lane(job.lane) in policy.UNWATCHED for job in active)
        self.most_in_flight: int = settings.JOBS_IN_FLIGHT_PER_STUDENT
        self.places = Places(lock, self.free, active, now)
        full = {owner for owner, count in self.in_flight.items() if count >= self.most_in_flight}
        self.skip = queue.Skip(owners=full)
        self.wider = 1

    def read(self) -> policy.Share | None:
        depth = max(1, min(self.most_in_flight, sum(self.free.values()), DEEPEST))
        groups, width = GROUPS * self.wider, WIDTH * self.wider
        return Reader(self.pool, self.now, self.skip, groups, width, depth, self.places.demand).read()

    def view(self, jobs: Iterable[policy.Waiting]) -> View:
        return View(
            now=self.now,
            free=self.free,
            in_flight=self.in_flight,
            most_in_flight=self.most_in_flight,
            places=self.places.of({job.target for job in jobs}),
            slots=self.slots,
            unwatched=self.unwatched,
            held=self.places.held,
        )

    def learn(self, jobs: Mapping[UUID, policy.Waiting], choice: Choice) -> None:
        """Take what was assigned off the free slots, and leave out what cannot start any more."""
        for assignment in choice.assignments:
            job = jobs[assignment.job]
            self.free[assignment.server] -= 1
            self.unwatched += job.lane in policy.UNWATCHED
            if job.owner is not None:
                self.in_flight[job.owner] += 1
                if self.in_flight[job.owner] >= self.most_in_flight:
                    self.skip.owners.add(job.owner)
        self.places.given(choice)
        blocked = self.places.without_room(self.free) - self.skip.targets
        self.skip.targets |= blocked
        if not choice.assignments and not blocked:
            self.wider *= WIDER


def _lease(assignment: Assignment, token: int, routing: dict[str, Any], now: datetime) -> list[Lease]:
    """Move the job to leased, if it is still waiting as it was read: a list of one lease, or of none."""
    until = now + timedelta(seconds=settings.LEASE_SECONDS)
    leased = prepared.update(
        "dispatch lease", _leased,
        assignment.job, token, until, now, assignment.server, assignment.model, routing,
        assignment.seconds,
    )  # fmt: skip
    if leased == 1:
        return [Lease(assignment.job, token + 1)]
    shares.refund(assignment.share, assignment.seconds)
    return []


def _usable() -> QuerySet[Server]:
    return Server.objects.filter(usable_servers(Given(1, DateTimeField())), pool=Given(0, CharField())).order_by("name")


def _leased() -> tuple[QuerySet[Job], dict[str, Any]]:
    waiting = Job.objects.filter(pk=Given(0, UUIDField()), state=State.QUEUED, lease_token=Given(1, BigIntegerField()))
    return waiting, {
        "state": State.LEASED,
        "lease_token": F("lease_token") + 1,
        "lease_expires_at": Given(2, DateTimeField()),
        "leased_at": Given(3, DateTimeField()),
        "server_id": Given(4, BigIntegerField()),
        "model": Given(5, CharField()),
        "manifest": Given(6, JSONField()),
        "worker": "",
        "charge": Given(7, FloatField()),
        "taken": 0.0,
    }


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
