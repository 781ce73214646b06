"""Follow channels: what happened since, then what happens, for as long as somebody reads.

Rows are read in a few threads of their own: a request's thread and database connection are not kept for the life of
a stream, so that a thousand streams need neither a thousand threads nor a thousand connections.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connections

from workers.events import history
from workers.events.connection import RedisAway
from workers.events.message import PING, Message, encode
from workers.events.partial import as_snapshot
from workers.events.reader import Listener, reader
from workers.events.whisper import being_written

__all__ = ["Message", "encode", "follow"]

SECONDS_BETWEEN_PINGS = 15.0
SECONDS_BETWEEN_LOOKS = 2.0  # at the database, while Redis is away

_threads = ThreadPoolExecutor(4, thread_name_prefix="events")


async def follow(
    channels: Sequence[str], *, last_event_id: int, listener: Listener | None = None
) -> AsyncGenerator[Message, None]:
    """What happened on these channels after an id, and then everything that happens.

    What the caller tells its `listener` comes in between.

    Subscribes first and replays second, so that nothing falls between. A durable message comes once per call, though
    perhaps again after a reconnection; text arrives without gap or overlap (a snapshot replaces what came before).
    Never ends by itself; a ping comes at least every 15 s.
    """
    listener, followed = listener or Listener(), frozenset(channels)
    await reader().join(listener, followed)
    try:
        async for message in _follow(listener, _Progress(followed, last_event_id)):
            yield message
    finally:
        await asyncio.shield(reader().leave(listener, followed))


class _Progress:
    """What one reader was told already."""

    def __init__(self, channels: frozenset[str], last_event_id: int) -> None:
        self.channels = channels
        self.last_event_id = last_event_id
        self.seen: set[int] = set()
        self.texts: dict[str, tuple[int, int, int]] = {}  # job: epoch, characters of text, of reasoning

    async def catch_up(self) -> list[Message]:
        """The rows that were not told yet, then the answers in the making."""
        messages: list[Message] = []
        while True:
            rows = await asyncio.get_running_loop().run_in_executor(
                _threads, partial(_read, tuple(self.channels), self.last_event_id)
            )
            new = [row for row in rows if self.is_new(row)]
            messages += new
            if len(rows) < history.MOST_AT_ONCE or not new:
                return messages

    async def snapshots(self) -> list[Message]:
        messages: list[Message] = []
        try:
            for channel in sorted(self.channels):
                for job, part in await being_written(channel):
                    if self._is_behind(job, part["epoch"], len(part["text"]), len(part["reasoning"])):
                        messages.append(Message(None, "snapshot", as_snapshot(job, part)))
        except RedisAway:
            return messages
        return messages

    def is_new(self, message: Message) -> bool:
        """Whether this message is not known yet; from here on it is."""
        if message.id is None:
            return True
        if message.id in self.seen:
            return False
        self.seen.add(message.id)
        self.last_event_id = max(self.last_event_id, message.id)
        return True

    def fit(self, message: Message) -> Message | None:
        """The message, cut to what continues the text; None when it says nothing new; raises Gap."""
        if message.type == "snapshot":
            data = message.data
            behind = self._is_behind(data["job"], data["epoch"], len(data["text"]), len(data["reasoning"]))
            return message if behind else None
        if message.type == "progress":
            return message if message.data["epoch"] >= self.texts.get(message.data["job"], (-1, 0, 0))[0] else None
        return self._fit_delta(message) if message.type == "delta" else message

    def _is_behind(self, job: str, epoch: int, text: int, reasoning: int) -> bool:
        told = self.texts.get(job)
        if told is not None and told[0] >= epoch and (told[0] > epoch or (told[1] >= text and told[2] >= reasoning)):
            return False
        self.texts[job] = (epoch, text, reasoning)
        return True

    def _fit_delta(self, message: Message) -> Message | None:
        data = message.data
        epoch, text, reasoning = self.texts.get(data["job"], (-1, 0, 0))
        if data["epoch"] < epoch:
            return None
        if data["epoch"] > epoch or data["offset"] > text or data["reasoning_offset"] > reasoning:
            raise Gap
        cut_text = data["text"][text - data["offset"] :]
        cut_reasoning = data["reasoning"][reasoning - data["reasoning_offset"] :]
        if not cut_text and not cut_reasoning:
            return None
        self.texts[data["job"]] = (epoch, text + len(cut_text), reasoning + len(cut_reasoning))
        cut = {"offset": text, "text": cut_text, "reasoning_offset": reasoning, "reasoning": cut_reasoning}
        return Message(None, "delta", {**data, **cut})


class Gap(Exception):
    """A piece of text is missing before this one."""


async def _follow(listener: Listener, progress: _Progress) -> AsyncIterator[Message]:
    for message in await progress.catch_up() + await progress.snapshots():
        yield message
    while True:
        seconds = SECONDS_BETWEEN_PINGS if reader().connected else SECONDS_BETWEEN_LOOKS
        heard = await listener.next(seconds)
        if heard is None:
            # Missed, or quiet for long: whatever the reason, the database knows.
            listener.missed = False
            for message in await progress.catch_up() + await progress.snapshots():
                yield message
            yield Message(None, PING, {})
            continue
        try:
            fitting = progress.fit(heard[1]) if progress.is_new(heard[1]) else None
        except Gap:
            for message in await progress.snapshots():
                yield message
            continue
        if fitting is not None:
            yield fitting


def _read(channels: Sequence[str], event_id: int) -> list[Message]:
    try:
        return history.since(channels=channels, event_id=event_id)
    finally:
        connections.close_all()
