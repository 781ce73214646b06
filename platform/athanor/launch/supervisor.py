"""Starts services, says when each is ready, starts dead ones again, stops all in order."""

import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from athanor.launch.console import Stopwatch, report
from athanor.launch.guardian import Guardian
from athanor.launch.service import Running, Service, ask_to_stop, make_sure_it_ended, start

TICK = 0.05  # seconds
DEATHS, WITHIN = 5, 60.0  # so many deaths in so many seconds: pause
FIRST_PAUSE = 0.5  # seconds before the second start; it doubles each time
STOP_BUDGET = 9.0  # seconds for everybody together


@dataclass
class Watched:
    """A service over all its starts."""

    service: Service
    running: Running | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))
    exit_code: int | None = None  # of its last death
    start_at: float | None = None  # monotonic; None: running, or given up for good
    complained: bool = False

    @property
    def ready(self) -> bool:
        return self.running is not None and self.running.ready

    def recent_deaths(self, now: float) -> int:
        return sum(1 for moment in self.deaths if now - moment < WITHIN)

    def may_become_ready(self, now: float) -> bool:
        """Not once it is not started again, or dies too often."""
        waits = self.start_at is not None and self.recent_deaths(now) < DEATHS
        return waits or self.running is not None


class Supervisor:
    """All calls come from one thread; `tick` is called again and again."""

    def __init__(self, status_file: Path) -> None:
        self._guardian = Guardian()
        self._watched: dict[str, Watched] = {}
        self._status_file = status_file
        self.stopping = False

    def ask_to_stop(self) -> None:
        """Safe to call from a signal handler; a second call stops waiting."""
        self.stopping = True

    def add(self, service: Service) -> None:
        """Start a service and watch it from now on."""
        watched = Watched(service)
        self._watched[service.name] = watched
        self._start(watched)

    def exit_code(self, name: str) -> int | None:
        """How a service ended the last time, if it ever did."""
        return self._watched[name].exit_code

    def wait_until_ready(self, *names: str) -> list[str]:
        """Watch until these (none named: all) are ready or their time is over; return those that are not.

        Ends early when stopping.
        """
        watch = Stopwatch()
        waiting = [self._watched[name] for name in names or self._watched]
        while not self.stopping:
            self.tick()
            late = [one for one in waiting if not one.ready and one.may_become_ready(time.monotonic())]
            if not any(watch.seconds() < one.service.ready_within for one in late):
                break
            time.sleep(TICK)
        return [one.service.name for one in waiting if not one.ready]

    def watch(self) -> None:
        """Watch until asked to stop."""
        while not self.stopping:
            self.tick()
            time.sleep(TICK * 4)

    def tick(self) -> None:
        now = time.monotonic()
        for watched in self._watched.values():
            self._look_at(watched, now)

    def _start(self, watched: Watched) -> None:
        watched.running = start(watched.service, self._guardian)
        watched.start_at = None
        self._write_status()

    def _write_status(self) -> None:
        """Which process is which, for whoever looks after the machine."""
        status = {
            name: {"pid": one.running.process.pid if one.running else None, "ready": one.ready}
            for name, one in self._watched.items()
        }
        unfinished = self._status_file.with_suffix(".new")
        unfinished.write_text(json.dumps(status, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(self._status_file)

    def _look_at(self, watched: Watched, now: float) -> None:
        running = watched.running
        if running is None:
            if watched.start_at is not None and now >= watched.start_at:
                self._start(watched)
        elif running.process.poll() is not None:
            self._bury(watched, running, now)
        elif not running.ready:
            self._ask_if_ready(watched, running)

    def _ask_if_ready(self, watched: Watched, running: Running) -> None:
        service = watched.service
        if service.is_ready(running):
            running.ready, watched.complained = True, False
            again = " again" if watched.deaths else ""
            detail = f" · {service.detail}" if service.detail else ""
            report(service.name, f"ready{again} after {running.watch}{detail}")
            self._write_status()
        elif running.watch.seconds() > service.ready_within and not watched.complained:
            watched.complained = True
            report(service.name, f"is not ready after {service.ready_within:.0f} s. Its log: {service.log}")

    def _bury(self, watched: Watched, running: Running, now: float) -> None:
        make_sure_it_ended(running, self._guardian)
        watched.running = None
        self._write_status()
        code = watched.exit_code = running.process.returncode
        if watched.service.once:
            report(watched.service.name, f"{running.last_words()} ({running.watch})")
            return
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        if code in watched.service.hopeless:
            report(watched.service.name, f"{how} and is not started again: {running.last_words()}")
            return
        if repaired := watched.service.repair(running):
            report(watched.service.name, repaired)
        watched.deaths.append(now)
        recent = watched.recent_deaths(now)
        pause = WITHIN if recent >= DEATHS else 0.0 if recent == 1 else FIRST_PAUSE * 2 ** (recent - 2)
        watched.start_at = now + pause
        if recent >= DEATHS:
            report(
                watched.service.name,
                f"{how}: {DEATHS} times within a minute. The others keep running; next try in {WITHIN:.0f} s. "
                f"Its log: {watched.service.log} {running.last_words()}",
            )
        else:
            report(watched.service.name, f"{how}; starting it again{f' in {pause:.1f} s' if pause else ''}")

    def stop(self, order: Sequence[Sequence[str]]) -> None:
        """Stop stage after stage; who does not end in its time is killed. Whatever is in no stage goes last."""
        budget = Stopwatch()
        named = {name for stage in order for name in stage}
        rest = [name for name in self._watched if name not in named]
        for stage in [*order, rest]:
            group = [one.running for name in stage if (one := self._watched.get(name)) and one.running]
            for running in group:
                ask_to_stop(running)
            self._wait_for_end(group, budget)
        self._guardian.close()
        self._status_file.unlink(missing_ok=True)

    def _wait_for_end(self, group: Sequence[Running], budget: Stopwatch) -> None:
        watch = Stopwatch()
        for running in group:
            patience = min(running.service.stop_within, STOP_BUDGET - budget.seconds())
            while running.process.poll() is None and watch.seconds() < patience:
                time.sleep(TICK / 5)
            if running.process.poll() is None:
                report(running.service.name, "did not stop in time and was killed")
            make_sure_it_ended(running, self._guardian)
