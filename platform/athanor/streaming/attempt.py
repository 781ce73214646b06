"""Everything that happens to one attempt (or conversation), as server-sent events, while the reader may see it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Protocol

from django.http import HttpRequest, StreamingHttpResponse

from athanor.streaming.board import WAITING, Board, board
from workers.events.reader import Listener
from workers.events.stream import Message, encode, follow
from workers.scheduling.states import State

SECONDS_BETWEEN_CHECKS = 30.0  # is the reader still signed in, and still allowed?
RECONNECT = b"retry: 2000\n\n"
EXPIRED = b"event: expired\ndata: {}\n\n"  # without an id, so that it is not replayed
CHECK = Message(None, "check", {})  # from a stream's own clock to itself


class Followed(Protocol):
    """What has jobs, and a channel that tells of them."""

    @property
    def subject(self) -> str: ...

    @property
    def channel(self) -> str: ...


MayGoOn = Callable[[], Awaitable[bool]]


def last_event_id(request: HttpRequest) -> int:
    """Where the reader stopped: the header of a reconnection, or the parameter of a first connection; else 0."""
    given = request.headers.get("Last-Event-ID") or request.GET.get("last_event_id") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def respond(stream: AsyncIterator[bytes]) -> StreamingHttpResponse:
    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}  # proxies must pass it on at once
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=headers)


async def events_of(followed: Followed, *, last_event_id: int, may_go_on: MayGoOn) -> AsyncGenerator[bytes, None]:
    """Frames after an id, then live, with the place in the queue at most once a second while something waits.

    `may_go_on` is asked every 30 s; when it says no, one `expired` event ends the stream.
    """
    yield RECONNECT
    listener, places = Listener(), board()
    waits = _Waits(followed.subject, listener, places)
    checks = _remind(listener)
    try:
        async with aclosing(follow([followed.channel], last_event_id=last_event_id, listener=listener)) as source:
            async for message in source:
                if message is not CHECK:
                    waits.heard(message)
                    yield encode(message)
                elif not await may_go_on():
                    yield EXPIRED
                    return
    finally:
        checks.cancel()
        places.leave(followed.subject, listener)


def _remind(listener: Listener) -> "asyncio.Task[None]":
    """Say from time to time that the reader's rights are to be checked."""

    async def remind() -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_CHECKS)
            listener.tell(("", CHECK))

    return asyncio.get_running_loop().create_task(remind())


class _Waits:
    """Which jobs of a stream wait, as far as it was told: their places are looked up only then."""

    def __init__(self, subject: str, listener: Listener, places: Board) -> None:
        self.subject, self.listener, self.places = subject, listener, places
        self.jobs: set[str] = set()
        places.ask(subject, listener)  # what waits already is not told again

    def heard(self, message: Message) -> None:
        job, state = str(message.data.get("job", "")), message.data.get("state")
        if message.type == WAITING:
            self.jobs.add(job)
        elif message.type == "job" and state == State.QUEUED:
            self.jobs.add(job)
            self.places.ask(self.subject, self.listener)
        elif message.type == "job" and job in self.jobs:
            self.jobs.discard(job)
            if not self.jobs:
                self.places.leave(self.subject, self.listener)
