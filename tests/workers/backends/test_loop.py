import asyncio
import threading

import pytest

from workers.backends import loop


async def where() -> str:
    return threading.current_thread().name


def test_coroutines_run_on_one_thread() -> None:
    assert {loop.run(where()) for _ in range(3)} == {"io-loop"}


def test_errors_come_back() -> None:
    async def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        loop.run(fail())


def test_wait_returns_after_the_coroutine_has_cleaned_up() -> None:
    cleaned = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            cleaned.append(True)

    running = loop.spawn(work())
    loop.run(asyncio.sleep(0.01))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        running.wait()
    assert cleaned == [True]


def test_cancelling_what_has_ended_changes_nothing() -> None:
    running = loop.spawn(where())
    assert running.wait() == "io-loop"
    running.cancel()
    assert running.wait() == "io-loop"
