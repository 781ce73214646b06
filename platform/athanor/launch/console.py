"""What `manage.py up` prints: one line per thing that happened."""

import sys
import time

NAME_WIDTH = 12


def say(text: str = "") -> None:
    """Print a line now, also when the output is a pipe."""
    print(text, file=sys.stdout, flush=True)  # noqa: T201


def report(name: str, what: str) -> None:
    say(f"  {name:<{NAME_WIDTH}} {what}")


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._begin = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self._begin

    def __str__(self) -> str:
        return f"{self.seconds():.1f} s"
