"""Pass on an answer while it is being written: through Redis only, never through the database.

A whisper that is lost loses nothing: the answer's final text is in the job's row.
"""

import asyncio
import logging
from typing import Protocol

import redis.asyncio

from workers.events import partial as stored
from workers.events.connection import RedisAway, async_client, client, topic
from workers.events.message import Message, pack
from workers.events.partial import Partial, epoch_key, reasoning_key, text_key, writing_key

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.03  # pieces that arrive closer together travel together


class Piece(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def reasoning(self) -> str: ...


class Whisper:
    """One answer in the making. Lives on one event loop: every method is called there.

    `epoch` grows with each new run of the job. `add` does no I/O; the first piece leaves at once, later ones every
    30 ms. An emptied or restarted Redis gets the whole text again; a newer epoch silences this one.
    """

    def __init__(self, *, channel: str, job: str, epoch: int) -> None:
        self.channel, self.job, self.epoch = channel, job, epoch
        self._text = self._reasoning = ""  # everything so far
        self._told_text = self._told_reasoning = 0  # characters that watchers were told
        self._stored_text = self._stored_reasoning = 0  # bytes that Redis holds
        self._flusher: asyncio.Task[None] | None = None
        self._resting = False  # between two flushes, when it may be disturbed
        self._silenced = False

    async def start(self) -> None:
        """Tell watchers that the text starts again from nothing."""
        data = stored.as_snapshot(self.job, Partial(epoch=self.epoch, text="", reasoning=""))
        await self._write("", "", Message(None, "snapshot", data))

    def add(self, piece: Piece) -> None:
        self._text += piece.text
        self._reasoning += piece.reasoning
        if self._flusher is None and not self._silenced:
            self._flusher = asyncio.get_running_loop().create_task(self._flush_while_growing())

    async def close(self) -> None:
        """Pass on the rest and leave the list of answers being written."""
        flusher = self._flusher
        if flusher is not None:
            if self._resting:
                flusher.cancel()
            await asyncio.gather(flusher, return_exceptions=True)
        await self._flush()
        try:
            await async_client().srem(writing_key(self.channel), self.job)
        except RedisAway as error:
            logger.debug("Redis is away: %s", error)

    async def _flush_while_growing(self) -> None:
        try:
            while self._untold():
                await self._flush()
                self._resting = True
                await asyncio.sleep(FLUSH_SECONDS)
                self._resting = False
        finally:
            self._resting = False
            self._flusher = None

    def _untold(self) -> bool:
        return self._told_text < len(self._text) or self._told_reasoning < len(self._reasoning)

    async def _flush(self) -> None:
        if not self._untold():
            return
        text, reasoning = self._text[self._told_text :], self._reasoning[self._told_reasoning :]
        data = {
            "job": self.job,
            "epoch": self.epoch,
            "offset": self._told_text,
            "text": text,
            "reasoning_offset": self._told_reasoning,
            "reasoning": reasoning,
        }
        self._told_text += len(text)
        self._told_reasoning += len(reasoning)
        await self._write(text, reasoning, Message(None, "delta", data))

    async def _write(self, text: str, reasoning: str, message: Message) -> None:
        if self._silenced:
            return
        try:
            redis_ = async_client()
            grown = await self._grow(redis_, text, reasoning, message)
            if grown == 0:
                await self._forget(redis_)
                grown = await self._grow(
                    redis_, self._text[: self._told_text], self._reasoning[: self._told_reasoning], message
                )
            self._silenced = grown == -1
        except RedisAway as error:
            # Next time the lengths differ, and everything is written again.
            logger.debug("Redis is away: %s", error)

    async def _forget(self, redis_: "redis.asyncio.Redis") -> None:
        await redis_.delete(text_key(self.job, self.epoch), reasoning_key(self.job, self.epoch))
        self._stored_text = self._stored_reasoning = 0

    async def _grow(self, redis_: "redis.asyncio.Redis", text: str, reasoning: str, message: Message) -> int:
        keys = [
            epoch_key(self.job),
            text_key(self.job, self.epoch),
            reasoning_key(self.job, self.epoch),
            writing_key(self.channel),
        ]
        arguments: list[str | int] = [
            self.epoch,
            self._stored_text,
            self._stored_reasoning,
            text,
            reasoning,
            stored.SECONDS_TO_LIVE,
            self.job,
            topic(self.channel),
            pack(message),
        ]
        grown = int(await redis_.register_script(stored.GROW)(keys=keys, args=arguments))
        if grown == 1:
            self._stored_text += len(text.encode())
            self._stored_reasoning += len(reasoning.encode())
        return grown


def partial(job_id: object) -> Partial | None:
    """What exists so far of the answer that a job is writing; None where Redis knows nothing of it."""
    job = str(job_id)
    try:
        epoch = stored.words(client().get(epoch_key(job)))
        text, reasoning = client().mget(text_key(job, epoch), reasoning_key(job, epoch))
    except RedisAway as error:
        logger.warning("the partial answer of %s cannot be read: %s", job, error)
        return None
    return stored.read(epoch or None, text, reasoning)


async def being_written(channel: str) -> list[tuple[str, Partial]]:
    """The answers that are being written on a channel right now, with their jobs."""
    redis_ = async_client()
    found: list[tuple[str, Partial]] = []
    for job in sorted(stored.words(name) for name in await redis_.smembers(writing_key(channel))):
        epoch = stored.words(await redis_.get(epoch_key(job)))
        text, reasoning = await redis_.mget(text_key(job, epoch), reasoning_key(job, epoch))
        part = stored.read(epoch or None, text, reasoning)
        if part is not None:
            found.append((job, part))
    return found
