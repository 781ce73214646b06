"""Keep the leases of this process, and stop what shall stop.

One thread renews all leases together, three times per term. Thereby it tells what the runs have taken so far, and
learns of requests to stop; another hears of such requests at once through Redis. Neither does anything while the
process runs no job.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection

from workers.backends.loop import Running
from workers.backends.requests import Result
from workers.events.connection import RedisAway, client
from workers.scheduling import services
from workers.scheduling.meter import Meter
from workers.scheduling.nudges import TOPIC

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_TRIES = 1.0


class Why(Enum):
    """Why a run was stopped from outside."""

    ASKED = "asked"  # its owner does not want it any more
    LOST = "lost"  # the lease is not ours any more: whatever we write would be refused
    SHUTDOWN = "shutdown"  # this process ends


@dataclass
class Held:
    """A lease and the run that it allows."""

    job: UUID
    token: int
    running: Running[Result]
    meter: Meter = field(default_factory=Meter)
    why: Why | None = None  # set once, by whoever stops it first

    def stop(self, why: Why) -> None:
        if self.why is None:
            self.why = why
            self.running.cancel()


@dataclass
class Keeper:
    """The leases that this process holds."""

    held: dict[tuple[UUID, int], Held] = field(default_factory=dict)
    closing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _busy: threading.Event = field(default_factory=threading.Event)
    _idle: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def hold(self, lease: Held) -> None:
        with self._lock:
            self.held[lease.job, lease.token] = lease
            self._busy.set()
            self._idle.clear()
            if not self._threads:
                self._start(self._renew_for_ever, "lease-keeper")
                self._start(self._listen_for_ever, "stop-listener")
            closing = self.closing
        if closing:
            lease.stop(Why.SHUTDOWN)

    def let_go(self, lease: Held) -> None:
        with self._lock:
            self.held.pop((lease.job, lease.token), None)
            if not self.held:
                self._busy.clear()
                self._idle.set()

    def stop_job(self, job: str, why: Why = Why.ASKED) -> None:
        for lease in self._leases():
            if str(lease.job) == job:
                lease.stop(why)

    def close(self) -> None:
        """Stop every run, and every one that comes: their leases go back."""
        self.closing = True
        for lease in self._leases():
            lease.stop(Why.SHUTDOWN)

    def renew(self) -> None:
        """Renew every lease once; stop the runs that shall stop and those that are not ours any more."""
        leases = {(lease.job, lease.token): lease for lease in self._leases()}
        renewal = services.renew(leases={key: lease.meter.seconds() for key, lease in leases.items()})
        for key, lease in leases.items():
            if key in renewal.to_stop:
                lease.stop(Why.ASKED)
            elif key not in renewal.mine:
                lease.stop(Why.LOST)

    def _leases(self) -> list[Held]:
        with self._lock:
            return list(self.held.values())

    def _start(self, work: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _renew_for_ever(self) -> None:
        while True:
            self._busy.wait()
            if not self._idle.wait(settings.LEASE_SECONDS / 3):
                self._renew_safely()

    def _renew_safely(self) -> None:
        try:
            self.renew()
        except DatabaseError:
            # Two more chances before the term ends; after it, others may take over, which is right.
            logger.exception("leases could not be renewed")
        finally:
            connection.close()

    def _listen_for_ever(self) -> None:
        while True:
            self._busy.wait()
            try:
                self._listen()
            except RedisAway as error:
                logger.warning("requests to stop are heard when leases are renewed only: %s", error)
                self._idle.wait(SECONDS_BETWEEN_TRIES)

    def _listen(self) -> None:
        with contextlib.closing(client().pubsub()) as ears:  # type: ignore[no-untyped-call]
            ears.subscribe(TOPIC)
            while self._busy.is_set():
                message = ears.get_message(timeout=1)
                if message is not None and message["type"] == "message":
                    self.stop_job(str(message["data"]))
                elif message is not None:
                    self._renew_safely()  # what was asked before anybody listened


keeper = Keeper()
