"""One event loop in a thread of its own, for the network work of a whole process.

Celery's threads hand coroutines over and wait. Cancelling a coroutine closes its connection at once, which is what
frees a GPU; no thread has to be stopped for that.
"""

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from workers.backends.http import close_clients
from workers.events.connection import close_async_clients

T = TypeVar("T")

SECONDS_TO_CLOSE = 1.0

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


class Running(Generic[T]):
    """A coroutine on the I/O loop, seen from another thread."""

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._future: Future[T] = Future()
        self._task: asyncio.Task[T] | None = None
        self._coroutine = coroutine
        self._loop = io_loop()
        self._loop.call_soon_threadsafe(self._start)

    def wait(self) -> T:
        """Its result; raises what it raised, and asyncio.CancelledError when it was cancelled."""
        return self._future.result()

    def cancel(self) -> None:
        """Ask it to stop. `wait` returns once its connection is closed."""
        self._loop.call_soon_threadsafe(self._cancel)

    def on_done(self, then: Callable[[], None]) -> None:
        """Call this on the I/O loop when it has ended."""
        self._future.add_done_callback(lambda _future: then())

    def _start(self) -> None:
        self._task = self._loop.create_task(self._coroutine)
        self._task.add_done_callback(self._finish)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _finish(self, task: asyncio.Task[T]) -> None:
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._future.set_exception(error)
        else:
            self._future.set_result(task.result())


def spawn(coroutine: Coroutine[Any, Any, T]) -> Running[T]:
    return Running(coroutine)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it on the I/O loop and wait. Never call this from that loop."""
    return spawn(coroutine).wait()


def io_loop() -> asyncio.AbstractEventLoop:
    """The loop of this process, started when it is first needed."""
    global _loop  # noqa: PLW0603 - one per process is the point
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="io-loop", daemon=True).start()
        return _loop


async def _tidy_up() -> None:
    await close_clients()
    await close_async_clients()


def _close() -> None:
    """At the end of the process: close what is open, so that servers see us leave."""
    if _loop is not None and _loop.is_running():
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_tidy_up(), _loop).result(timeout=SECONDS_TO_CLOSE)
        _loop.call_soon_threadsafe(_loop.stop)


def _forget() -> None:
    global _loop  # noqa: PLW0603 - a forked child has no thread that runs it
    _loop = None


os.register_at_fork(after_in_child=_forget)
atexit.register(_close)
