"""Ring when the next thing is due, instead of at the next beat.

The sweep runs every few seconds whatever happens; what is due between two of them (the end of a pause before a retry,
a lease that expires, a server that has rested) rings in the worker that knows of it. An alarm that is lost with its
process costs no more than the time to the next sweep.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.utils import timezone

logger = logging.getLogger(__name__)

LEAST_APART = 0.1  # seconds between two rings
LONGEST_SLEEP = 5.0  # seconds; the clock may be set meanwhile


class Alarm:
    """One clock of a process. Silent until it is started: only workers do what is due."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: datetime | None = None
        self._ring: Callable[[], object] | None = None

    def start(self, ring: Callable[[], object]) -> None:
        """Call `ring` in a thread of its own at the times asked for; it should ask for the next ones itself."""
        with self._changed:
            if self._ring is not None:
                return
            self._ring = ring
        threading.Thread(target=self._watch_for_ever, name="alarm", daemon=True).start()

    def ring_by(self, moment: datetime | None) -> None:
        """Ring at this moment, if not before."""
        with self._changed:
            if moment is not None and (self._due is None or moment < self._due):
                self._due = moment
                self._changed.notify()

    def _watch_for_ever(self) -> None:
        while True:
            self._wait()
            self._sound()

    def _wait(self) -> None:
        with self._changed:
            while (seconds := self._seconds_left()) > 0:
                self._changed.wait(min(seconds, LONGEST_SLEEP))
            self._due = None

    def _seconds_left(self) -> float:
        return LONGEST_SLEEP if self._due is None else (self._due - timezone.now()).total_seconds()

    def _sound(self) -> None:
        try:
            if self._ring is not None:
                self._ring()
        except Exception:
            logger.exception("what was due failed; the sweep will try again")
        finally:
            connection.close()
        threading.Event().wait(LEAST_APART)


alarm = Alarm()
