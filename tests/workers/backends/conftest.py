import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.workers.backends.scripted import ScriptedServer


@pytest.fixture(scope="module")
def one_server() -> Iterator[ScriptedServer]:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # broken connections are part of the play
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def server(one_server: ScriptedServer) -> ScriptedServer:
    one_server.scripts.clear()
    return one_server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=1) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@pytest.fixture(scope="session")
def llama_cpp() -> Iterator[str]:
    """The address of a real llama.cpp server with the shipped model."""
    port = free_port()
    command = [sys.executable, "-m", "workers.engines.llama_cpp.server", "--port", str(port)]
    process = subprocess.Popen([*command, "--parent-pid", str(os.getpid())], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        if _answers(f"{url}/health"):
            break
        time.sleep(0.05)
    yield url
    process.terminate()
    process.wait()
