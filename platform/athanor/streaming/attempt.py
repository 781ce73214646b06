"""Everything that happens to one attempt, as server-sent events, for as long as the reader may see it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict

from django.http import HttpRequest, StreamingHttpResponse

from athanor.streaming import queue
from courses.attempts.models import Attempt
from workers.events.stream import Message, encode, follow

SECONDS_BETWEEN_CHECKS = 30.0  # is the reader still signed in, and still allowed?
SECONDS_BETWEEN_POSITIONS = 1.0
RECONNECT = b"retry: 2000\n\n"
EXPIRED = b"event: expired\ndata: {}\n\n"  # without an id, so that it is not replayed
OWN_MOVES = frozenset({"job", "run"})  # after these, something of this attempt may wait or have stopped waiting

MayGoOn = Callable[[], Awaitable[bool]]


def last_event_id(request: HttpRequest) -> int:
    """Where the reader stopped: the header of a reconnection, or the parameter of a first connection; else 0."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("last_event_id") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def respond(stream: AsyncIterator[bytes]) -> StreamingHttpResponse:
    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}  # proxies must pass it on at once
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=headers)


async def events_of(attempt: Attempt, *, last_event_id: int, may_go_on: MayGoOn) -> AsyncIterator[bytes]:
    """Frames after an id, then live, with the place in the queue at most once a second while something waits.

    `may_go_on` is asked every 30 s; when it says no, one `expired` event ends the stream.
    """
    yield RECONNECT
    source = follow(channels=[attempt.channel, *queue.CHANNELS], last_event_id=last_event_id)
    coming = asyncio.ensure_future(anext(source))
    watch = _Watch()
    try:
        while True:
            done, _pending = await asyncio.wait({coming}, timeout=watch.seconds_left())
            if done:
                message = coming.result()
                coming = asyncio.ensure_future(anext(source))
                watch.heard(message)
                if message.type != queue.MOVED:
                    yield encode(message)
            if watch.position_is_due():
                for message in watch.told(await queue.waiting(attempt.subject)):
                    yield encode(message)
            if watch.check_is_due() and not await may_go_on():
                yield EXPIRED
                return
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await coming
        await source.aclose()


class _Watch:
    """When to look at the queue, and when to ask whether the reader may go on."""

    def __init__(self) -> None:
        self.checked = time.monotonic()
        self.looked = float("-inf")
        self.moved = True  # at first nobody knows
        self.waits = True

    def heard(self, message: Message) -> None:
        self.moved |= message.type in OWN_MOVES or (message.type == queue.MOVED and self.waits)

    def told(self, places: list[queue.Place]) -> list[Message]:
        self.looked, self.moved, self.waits = time.monotonic(), False, bool(places)
        return [Message(None, "waiting", asdict(place)) for place in places]

    def position_is_due(self) -> bool:
        return self.moved and time.monotonic() - self.looked >= SECONDS_BETWEEN_POSITIONS

    def check_is_due(self) -> bool:
        due = time.monotonic() - self.checked >= SECONDS_BETWEEN_CHECKS
        if due:
            self.checked = time.monotonic()
        return due

    def seconds_left(self) -> float:
        now = time.monotonic()
        check = self.checked + SECONDS_BETWEEN_CHECKS - now
        position = self.looked + SECONDS_BETWEEN_POSITIONS - now if self.moved else check
        return max(0.0, min(check, position))
