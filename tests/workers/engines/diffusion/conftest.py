import os
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from workers.engines.llama_cpp.process import free_port


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="session")
def engine() -> Iterator[str]:
    """The address of the engine in a process of its own, as it is used; a step takes a moment, to be watched."""
    port = free_port()
    command = [sys.executable, "-m", "workers.engines.diffusion.server", "--port", str(port), "--pace", "0.1"]
    process = subprocess.Popen([*command, "--parent-pid", str(os.getpid())], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        if _answers(url):
            break
        time.sleep(0.1)
    yield url
    process.terminate()
    process.wait()
