"""Writers take turns: one transaction at a time, and whoever waits is woken.

SQLite lets one writer at a time in as well, but those who wait look again after pauses that grow to a tenth of a
second, and whoever comes later may be let in before. With sixteen requests at once that is most of their time. Here
the threads of a process wait in a queue, and processes look every two milliseconds. Nothing depends on it: who does
not get a turn in time goes on without one, and SQLite decides as ever.
"""

import fcntl
import os
import time
from threading import Lock

SECONDS_TO_WAIT = 5.0
SECONDS_BETWEEN_LOOKS = 0.002


class Turns:
    """Of one database file, in one process."""

    def __init__(self, path: str) -> None:
        self._lock = Lock()
        self._file = os.open(f"{path}-turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)

    @property
    def taken(self) -> bool:
        """By somebody of this process."""
        return self._lock.locked()

    def take(self) -> bool:
        """Wait for a turn; whether it came. Then `give_back` must follow."""
        deadline = time.monotonic() + SECONDS_TO_WAIT
        if not self._lock.acquire(timeout=SECONDS_TO_WAIT):
            return False
        while not self._first_of_all():
            if time.monotonic() > deadline:
                self._lock.release()
                return False
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return True

    def give_back(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._lock.release()

    def close(self) -> None:
        os.close(self._file)

    def _first_of_all(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
