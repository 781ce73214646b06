"""The stack that the journeys share, on the embedded services or on PostgreSQL and Redis."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from athanor.launch import redis_server
from athanor.launch.ports import free_port
from athanor.launch.probes import redis_answers
from tests.conftest import wait_for_redis
from tests.flows.slow import MAKE_COURSE, SlowServer
from tests.flows.stack import Stack


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """With DATABASE_URL: a new database on that server, removed at the end."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield {}
        return
    server, _slash, _name = address.rpartition("/")
    name = f"athanor_flow_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    try:
        yield {"DATABASE_URL": f"{server}/{name}"}
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'drop database "{name}" with (force)')


class OwnRedis:
    """A Redis beside the stack, which tests may kill without hurting anybody else."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "yes",
            "dir": str(self._folder),
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen([redis_server.find_binary(), *words], stdout=subprocess.DEVNULL)
        wait_for_redis(self.url)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def new_stack(**environment: str) -> Iterator[Stack]:
    """A stack that has not been started, in a folder with a short path; whatever runs of it is ended at the end."""
    folder = Path(tempfile.mkdtemp(prefix="athanor-flow-", dir="/tmp"))  # a socket's path must be short
    own_redis = OwnRedis(folder / "own-redis") if os.environ.get("REDIS_URL") else None
    if own_redis:
        own_redis.start()
        environment["REDIS_URL"] = own_redis.url
    try:
        with own_database() as database:
            stack = Stack(folder / "var", free_port(), own_redis=own_redis, **database, **environment)
            try:
                yield stack
            finally:
                if not stack.process_ended():
                    stack.stop()
    finally:
        if own_redis:
            own_redis.kill()
            assert not redis_answers(own_redis.url)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The site, ready; shared by all journeys of this process."""
    with new_stack() as one:
        one.start()
        yield one


@pytest.fixture(scope="session")
def slow_server() -> Iterator[SlowServer]:
    server = SlowServer()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def slow_course(stack: Stack, slow_server: SlowServer) -> str:
    """The course `slow` with the exercises `talk` and `probes`; gives the student's key for the API."""
    key, health = stack.ask(MAKE_COURSE.format(port=slow_server.port))
    assert health == "healthy"
    return str(key)


@pytest.fixture
def fresh_stack() -> Iterator[Stack]:
    """A site that nobody has started yet, for one test."""
    with new_stack() as one:
        yield one
