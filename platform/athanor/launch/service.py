"""What the launcher knows about a service, and the process that runs it."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from athanor.launch.console import Stopwatch
from athanor.launch.guardian import Guardian

LARGEST_LOG = 5_000_000  # bytes; a larger one is put aside at the next start
KEPT_LOGS = 3


@dataclass(frozen=True)
class Service:
    """A process to start and watch. `is_ready` is asked again and again; it never raises and answers quickly."""

    name: str
    command: tuple[str, ...]
    is_ready: Callable[["Running"], bool]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    detail: str = ""
    ready_within: float = 30.0  # seconds
    stop_within: float = 2.0  # seconds between asking and killing
    hopeless: frozenset[int] = frozenset()  # exit codes that starting again will not change
    once: bool = False  # it does its work and ends; its last line is told
    inherits: tuple[int, ...] = ()  # file descriptors
    repair: Callable[["Running"], str] = lambda _dead: ""  # asked after a death; says what it has repaired


@dataclass
class Running:
    """One start of a service."""

    service: Service
    process: subprocess.Popen[bytes]
    log_begin: int  # where this start's lines begin in the log
    watch: Stopwatch = field(default_factory=Stopwatch)
    ready: bool = False

    def new_log(self) -> str:
        """What this start has written so far (the last 64 kB of it)."""
        with self.service.log.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(self.log_begin, end - 65_536))
            return file.read().decode(errors="replace")

    def last_words(self) -> str:
        """The last line it wrote, for the person at the console."""
        lines = [line.strip() for line in self.new_log().splitlines() if line.strip()]
        return lines[-1][:300] if lines else ""


def start(service: Service, guardian: Guardian) -> Running:
    """Start a service in a process group of its own, its output in its log."""
    service.log.parent.mkdir(parents=True, exist_ok=True)
    _rotate(service.log)
    with service.log.open("ab") as log:
        begin = log.tell()
        process = subprocess.Popen(  # noqa: S603  # the command is ours
            service.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=service.folder,
            env=dict(service.environment), start_new_session=True, pass_fds=service.inherits,
        )  # fmt: skip
    guardian.watch(process.pid)
    return Running(service, process, begin)


def ask_to_stop(running: Running) -> None:
    if running.process.poll() is None:
        running.process.terminate()


def make_sure_it_ended(running: Running, guardian: Guardian) -> None:
    """Kill what is left of its group, and forget it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody left
        os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait()
    guardian.forget(running.process.pid)


def _rotate(log: Path) -> None:
    if not log.exists() or log.stat().st_size <= LARGEST_LOG:
        return
    for number in range(KEPT_LOGS, 0, -1):
        older = log.with_suffix(f".log.{number}")
        newer = log if number == 1 else log.with_suffix(f".log.{number - 1}")
        if newer.exists():
            newer.replace(older)
