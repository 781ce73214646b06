"""Pass on an answer while it is being written: through Redis only, never through the database.

A whisper that is lost loses nothing: the answer's final text is in the job's row.
"""

import asyncio
import json
import logging
from base64 import b64encode
from typing import Protocol

import redis.asyncio

from workers import pace
from workers.events import partial as stored
from workers.events.batch import batch
from workers.events.connection import RedisAway, async_client, client, topic
from workers.events.message import Message, pack
from workers.events.partial import Partial, epoch_key, progress_key, reasoning_key, text_key, writing_key

logger = logging.getLogger(__name__)

PAINT_SECONDS = 0.2  # of a picture only the newest state travels
LONGEST_PREVIEW = 64 * 1024  # bytes; a larger one stays here


class Piece(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def reasoning(self) -> str: ...
    @property
    def progress(self) -> float | None: ...
    @property
    def preview(self) -> bytes: ...


class Whisper:
    """One answer in the making. Lives on one event loop: every method is called there.

    `epoch` grows with each new run of the job. `add` does no I/O; the first piece leaves at once, later ones as
    `pace` says. An emptied or restarted Redis gets the whole text again; a newer epoch silences this one.
    """

    def __init__(self, *, channel: str, job: str, epoch: int) -> None:
        self.channel, self.job, self.epoch = channel, job, epoch
        self._text = self._reasoning = ""  # everything so far
        self._told_text = self._told_reasoning = 0  # characters that watchers were told
        self._stored_text = self._stored_reasoning = 0  # bytes that Redis holds
        self._flusher: asyncio.Task[None] | None = None
        self._painter: asyncio.Task[None] | None = None
        self._progress = 0.0
        self._preview = ""  # base64
        self._unseen = False  # how far the picture is has changed since watchers were told
        self._resting = False  # between two flushes, when it may be disturbed
        self._silenced = False
        self._turn = asyncio.Lock()  # what is written first arrives first

    async def start(self) -> None:
        """Tell watchers that the text starts again from nothing. Pieces may come meanwhile: they follow it."""
        pace.begin(self)
        data = stored.as_snapshot(self.job, Partial(epoch=self.epoch, text="", reasoning=""))
        await self._write("", "", Message(None, "snapshot", data))

    def add(self, piece: Piece) -> None:
        self._text += piece.text
        self._reasoning += piece.reasoning
        if piece.progress is not None or piece.preview:
            self._paint(piece)
        if not self._untold():
            return
        if self._flusher is None and not self._silenced:
            self._flusher = asyncio.get_running_loop().create_task(self._flush_while_growing())

    async def close(self) -> None:
        """Pass on the rest and leave the list of answers being written."""
        pace.end(self)
        if self._painter is not None:
            self._painter.cancel()
            await asyncio.gather(self._painter, return_exceptions=True)
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

    def _paint(self, piece: Piece) -> None:
        self._progress = self._progress if piece.progress is None else piece.progress
        if piece.preview:
            self._preview = b64encode(piece.preview).decode() if len(piece.preview) <= LONGEST_PREVIEW else ""
        self._unseen = True
        if (self._painter is None or self._painter.done()) and not self._silenced:
            self._painter = asyncio.get_running_loop().create_task(self._tell_while_painting())

    async def _tell_while_painting(self) -> None:
        while self._unseen and not self._silenced:
            self._unseen = False
            await self._tell_progress()
            await asyncio.sleep(PAINT_SECONDS)

    async def _tell_progress(self) -> None:
        data = {"job": self.job, "epoch": self.epoch, "progress": self._progress, "preview": self._preview}
        keys = [epoch_key(self.job), progress_key(self.job, self.epoch), writing_key(self.channel)]
        arguments: list[str | int] = [
            self.epoch, json.dumps([self._progress, self._preview]), stored.SECONDS_TO_LIVE, self.job,
            topic(self.channel), pack(Message(None, "progress", data)),
        ]  # fmt: skip
        try:
            told = await batch().run(stored.PAINT, keys=keys, args=arguments)
            self._silenced = self._silenced or told == -1
        except RedisAway as error:
            logger.debug("Redis is away: %s", error)

    async def _flush_while_growing(self) -> None:
        try:
            while self._untold():
                await self._flush()
                self._resting = True
                await asyncio.sleep(pace.pause())
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
        async with self._turn:
            if not self._silenced:
                await self._write_in_turn(text, reasoning, message)

    async def _write_in_turn(self, text: str, reasoning: str, message: Message) -> None:
        try:
            grown = await self._grow(text, reasoning, message)
            if grown == 0:
                await self._forget(async_client())
                grown = await self._grow(
                    self._text[: self._told_text], self._reasoning[: self._told_reasoning], message
                )
            self._silenced = grown == -1
        except RedisAway as error:
            # Next time the lengths differ, and everything is written again.
            logger.debug("Redis is away: %s", error)

    async def _forget(self, redis_: "redis.asyncio.Redis") -> None:
        await redis_.delete(text_key(self.job, self.epoch), reasoning_key(self.job, self.epoch))
        self._stored_text = self._stored_reasoning = 0

    async def _grow(self, text: str, reasoning: str, message: Message) -> int:
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
        grown = await batch().run(stored.GROW, keys=keys, args=arguments)
        if grown == 1:
            self._stored_text += len(text.encode())
            self._stored_reasoning += len(reasoning.encode())
        return grown


def partial(job_id: object) -> Partial | None:
    """What exists so far of the answer that a job is writing; None where Redis knows nothing of it."""
    job = str(job_id)
    try:
        epoch = stored.words(client().get(epoch_key(job)))
        text, reasoning, painted = client().mget(_keys(job, epoch))
    except RedisAway as error:
        logger.warning("the partial answer of %s cannot be read: %s", job, error)
        return None
    return stored.read(epoch or None, text, reasoning, painted)


async def being_written(channel: str) -> list[tuple[str, Partial]]:
    """The answers that are being written on a channel right now, with their jobs."""
    redis_ = async_client()
    found: list[tuple[str, Partial]] = []
    for job in sorted(stored.words(name) for name in await redis_.smembers(writing_key(channel))):
        epoch = stored.words(await redis_.get(epoch_key(job)))
        text, reasoning, painted = await redis_.mget(_keys(job, epoch))
        part = stored.read(epoch or None, text, reasoning, painted)
        if part is not None:
            found.append((job, part))
    return found


def _keys(job: str, epoch: str) -> list[str]:
    return [text_key(job, epoch), reasoning_key(job, epoch), progress_key(job, epoch)]
