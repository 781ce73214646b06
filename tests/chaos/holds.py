"""Hold points: a process of the site stands still at an exact moment, until the test lets it go.

The test closes a gate by making a file; whoever comes to the point leaves a mark that it arrived, and waits until the
file is gone. So no test guesses how fast anything is. The clock of all processes can be put forward or back, too.
"""

import functools
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils import timezone

FOLDER = "holds"
CLOCK = "clock"  # a file with the seconds by which everybody's clock is wrong
SECONDS_BETWEEN_LOOKS = 0.02

# Where a process can be held, by the function that it is about to call.
POINTS = {
    "dispatch": ("workers.scheduling.dispatch", "lease_under_lock"),  # accepted, nobody has a lease
    "send": ("workers.scheduling.dispatch", "_send"),  # leased, and the message is not sent
    "run": ("workers.scheduling.runner", "run"),  # leased, the message has come, the run has not begun
    "result": ("workers.scheduling.services", "_call_back"),  # the result is kept, whoever asked does not know
}


class Gates:
    """The test's side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def close(self, point: str) -> None:
        self._folder.mkdir(exist_ok=True)
        self._mark(point).unlink(missing_ok=True)
        (self._folder / point).touch()

    def open_all(self) -> None:
        for point in POINTS:
            (self._folder / point).unlink(missing_ok=True)
            self._mark(point).unlink(missing_ok=True)

    def somebody_waits(self, point: str) -> bool:
        return self._mark(point).exists()

    def set_clock(self, seconds: float) -> None:
        self._folder.mkdir(exist_ok=True)
        written = self._folder / "clock.new"
        written.write_text(str(seconds))
        written.replace(self._folder / CLOCK)

    def _mark(self, point: str) -> Path:
        return self._folder / f"{point}.waits"


def install(folder: Path) -> None:
    """In a process of the site: put the points in place."""
    for point, (module, name) in POINTS.items():
        home = import_module(module)
        setattr(home, name, _held(folder, point, getattr(home, name)))
    timezone.now = _shifted(folder / CLOCK, timezone.now)


def _held(folder: Path, point: str, inner: Callable[..., Any]) -> Callable[..., Any]:
    gate, mark = folder / point, folder / f"{point}.waits"

    @functools.wraps(inner)
    def stop_and_go(*args: Any, **named: Any) -> Any:
        if gate.exists():
            mark.touch()
        while gate.exists():
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return inner(*args, **named)

    return stop_and_go


def _shifted(wrong: Path, now: Callable[[], datetime]) -> Callable[[], datetime]:
    def told() -> datetime:
        try:
            return now() + timedelta(seconds=float(wrong.read_text()))
        except FileNotFoundError:
            return now()

    return told
