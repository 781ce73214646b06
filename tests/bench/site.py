"""A whole site with a simulated model server and people, for as long as a benchmark runs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from athanor.launch.ports import free_port
from tests.bench.clients import Site
from tests.flows.conftest import new_stack
from tests.flows.stack import Stack

SLOTS = 64
TICKS = os.sysconf("SC_CLK_TCK")

MAKE_CLASS = """
from athanor.accounts.models import ApiKey, User
from courses.attempts.services import begin
from courses.people.models import Role
from tests.factories import make_course, make_enrolment, make_exercise, make_module
from workers.backends.services import register
from workers.backends.models import Server
register(name="sim", adapter="openai", url="http://127.0.0.1:{port}", slots={slots}, aliases={{"sim": ""}})
course = make_course(slug="bench", title={{"en": "Benchmark"}})
spec = {{"alias": "sim", "max_tokens": 128}}
exercise = make_exercise(module=make_module(course=course, slug="m"), slug="talk", spec=spec)
people = [User.objects.create(username=f"bench-{{n}}", email=f"bench-{{n}}@example.org") for n in range({people})]
made = [make_enrolment(course=course, user=user, role=Role.STUDENT) for user in people]
[[ApiKey.make(user=user, name="bench")[1], str(begin(student=user, exercise=exercise).pk)] for user in people]
"""


class Place:
    """The running site: `people` are (API access, attempt)."""

    def __init__(self, stack: Stack, port: int, people: list[list[str]]) -> None:
        self.stack, self.model_port = stack, port
        self.people = [(Site(stack.port, key), attempt) for key, attempt in people]

    def processor_seconds(self) -> float:
        """Of all our processes but the embedded model server, so far."""
        names = [name for name in ("web", "worker", "beat", "redis") if name in self.stack.services()]
        return sum(_seconds(self.stack.pid_of(name)) for name in names)

    def model_facts(self) -> dict[str, int]:
        found: dict[str, int] = httpx.get(f"http://127.0.0.1:{self.model_port}/facts").json()
        return found


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def place(people: int, slots: int = SLOTS, *, one_core: bool = False) -> Iterator[Place]:
    """`one_core`: everything of ours runs on the first core, people and the simulated server on the others."""
    ours, theirs = _cores() if one_core else (None, None)
    port = free_port()
    program = Path(__file__).with_name("model_server.py")
    with _only(theirs):
        server = subprocess.Popen([sys.executable, str(program), str(port)])
    try:
        with new_stack(JOBS_QUEUED_PER_STUDENT="1000", LEASE_SECONDS="30", LOG_LEVEL="WARNING") as stack:
            _wait(port)
            with _only(ours):
                stack.start()
            made = stack.ask(MAKE_CLASS.format(port=port, slots=slots, people=people))
            with _only(theirs):
                yield Place(stack, port, made)
    finally:
        server.kill()
        server.wait()


def _cores() -> tuple[set[int] | None, set[int] | None]:
    first, *others = sorted(os.sched_getaffinity(0))
    return ({first}, set(others)) if others else (None, None)


@contextmanager
def _only(cores: set[int] | None) -> Iterator[None]:
    """This process, and what it starts meanwhile, on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the simulated model server does not start")
