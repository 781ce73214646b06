"""The site on a real ASGI server in a thread of the test, with the test's own database and Redis."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from athanor.config.handler import Handler
from athanor.launch.ports import free_port

LONGEST_START = 10.0  # seconds


class Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals belong to pytest."""


@contextmanager
def serving() -> Iterator[str]:
    """Its address."""
    port = free_port()
    config = uvicorn.Config(Handler(), host="127.0.0.1", port=port, lifespan="off", log_level="error")
    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + LONGEST_START
    while not server.started:
        assert time.monotonic() < deadline, "the web server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=LONGEST_START)
