"""That something moved in a class in session, as server-sent events; what moved is asked for by plain GET."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from athanor.streaming import queue
from athanor.streaming.attempt import EXPIRED, RECONNECT, SECONDS_BETWEEN_CHECKS
from workers.events.message import PING
from workers.events.stream import follow

CHANGED = b"event: changed\ndata: {}\n\n"
LEAST, MOST = 1.5, 10.0  # seconds between two frames: forty students are busy, and clocks on the page move on
TICK = 0.5  # seconds


async def changes_of(channel: str, may_go_on: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
    """One frame when something of the class or of a queue moved, at most every 1.5 s and at least every 10 s."""
    yield RECONNECT
    source = follow(channels=[channel, *queue.CHANNELS], last_event_id=0)
    coming = asyncio.ensure_future(anext(source))
    told, checked, moved = time.monotonic(), time.monotonic(), True
    try:
        while True:
            done, _pending = await asyncio.wait({coming}, timeout=TICK)
            if done:
                moved |= coming.result().type != PING
                coming = asyncio.ensure_future(anext(source))
            now = time.monotonic()
            if now - told >= (LEAST if moved else MOST):
                told, moved = now, False
                yield CHANGED
            if now - checked >= SECONDS_BETWEEN_CHECKS:
                checked = now
                if not await may_go_on():
                    yield EXPIRED
                    return
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await coming
        await source.aclose()
