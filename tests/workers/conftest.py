"""Real parts for the ground floor's tests."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from pytest_django import Settings

from athanor.launch.redis_server import find_binary


class RedisServer:
    """A Redis of our own, on a socket in a folder of its own; it may be killed, restarted and emptied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [find_binary(), "--port", "0", "--unixsocket", str(self.socket), "--save", ""],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                with redis.Redis(unix_socket_path=str(self.socket)) as probe:
                    probe.ping()
            except redis.ConnectionError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("Redis does not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart(self) -> None:
        self.kill()
        self.start()

    def empty(self) -> None:
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()


@pytest.fixture(scope="session")
def own_redis() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="athanor-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        yield server
        server.kill()


@pytest.fixture
def redis_server(own_redis: RedisServer, settings: Settings) -> RedisServer:
    """A running, empty Redis that the code under test uses."""
    if own_redis.process is None:
        own_redis.start()
    own_redis.empty()
    settings.REDIS_URL = own_redis.url
    return own_redis
