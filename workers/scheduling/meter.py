"""What a run has taken of its slot so far, by a clock that nobody sets."""

import time
from collections.abc import Callable

LONGEST_LOAD = 30.0  # seconds


class Meter:
    """Begins with the run.

    While nothing was heard the server may be loading the model, which is nobody's: that time is left out, but for at
    most LONGEST_LOAD. What the server itself says of its times decides in the end.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._heard: float | None = None

    def hear(self) -> None:
        """Something of the answer came."""
        if self._heard is None:
            self._heard = self._clock()

    def since_begin(self) -> float:
        return self._clock() - self._began

    def since_first(self) -> float:
        """Since the first piece of the answer; 0 without one."""
        return self._clock() - self._heard if self._heard is not None else 0.0

    def seconds(self) -> float:
        """Seconds of a slot, as far as one can tell before the end."""
        now = self._clock()
        silent = (self._heard if self._heard is not None else now) - self._began
        return now - self._began - min(silent, LONGEST_LOAD)
