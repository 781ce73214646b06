"""Start the server as a child process and wait until it answers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from workers.engines.llama_cpp.server import default_model_path

LOOPBACK = "127.0.0.1"
STARTS_WITHIN_SECONDS = 60.0
STOPS_WITHIN_SECONDS = 5.0
_POLL_SECONDS = 0.05


class EngineNotStartedError(Exception):
    """The server ended, or did not answer in time; the text is what it said last."""


def free_port() -> int:
    """A port of the loopback interface that is free at this moment."""
    with socket.create_server((LOOPBACK, 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running_server(
    model: Path | None = None, *, slots: int = 4, context: int = 0, port: int | None = None
) -> Iterator[str]:
    """Serve a GGUF file (the shipped one by default) while the block runs; yields the server's address.

    Raises EngineNotStartedError when it ends before it answers.
    """
    number = port or free_port()
    command = [
        *(sys.executable, "-m", "workers.engines.llama_cpp.server", "--model", str(model or default_model_path())),
        *("--port", str(number), "--slots", str(slots), "--ctx", str(context), "--parent-pid", str(os.getpid())),
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 (our own module)
    try:
        url = f"http://{LOOPBACK}:{number}"
        _wait_until_ready(process, url)
        yield url
    finally:
        _stop(process)


def _wait_until_ready(process: subprocess.Popen[str], url: str) -> None:
    ends = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            said = process.stderr.read() if process.stderr else ""
            raise EngineNotStartedError(said.strip() or f"The engine ended with code {process.returncode}.")
        try:
            if httpx.get(f"{url}/health", timeout=1).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(_POLL_SECONDS)
    raise EngineNotStartedError(f"The engine did not answer within {STARTS_WITHIN_SECONDS:.0f} seconds.")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOPS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stderr:
        process.stderr.close()
