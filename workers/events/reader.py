"""One Redis connection per event loop that hears for every stream of the process."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from weakref import WeakKeyDictionary

import redis
from redis.asyncio.connection import AbstractConnection

from workers.events.connection import RedisAway, new_connection, topic
from workers.events.message import Message, unpack

logger = logging.getLogger(__name__)

LONGEST_BACKLOG = 1000  # messages a slow stream may be behind before it starts again
SECONDS_BETWEEN_TRIES = 1.0
SECONDS_TO_BE_HEARD = 1.0
SECONDS_BETWEEN_PINGS = 10.0

Heard = tuple[str, Message]  # the channel and what was said there

_readers: "WeakKeyDictionary[asyncio.AbstractEventLoop, Reader]" = WeakKeyDictionary()


class Listener:
    """What one stream has heard and not yet taken. `missed` says that something was lost: look at the database."""

    def __init__(self) -> None:
        self.missed = False
        self._heard: asyncio.Queue[Heard | None] = asyncio.Queue(LONGEST_BACKLOG)

    def tell(self, heard: Heard) -> None:
        if self._heard.full():
            self.startle()
        else:
            self._heard.put_nowait(heard)

    def startle(self) -> None:
        """Forget what was heard and wake up."""
        self.missed = True
        while not self._heard.empty():
            self._heard.get_nowait()
        self._heard.put_nowait(None)

    async def next(self, seconds: float) -> Heard | None:
        """The next thing heard; None when nothing was said for so long, or when something was missed."""
        if not self._heard.empty():
            return self._heard.get_nowait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._heard.get()
        return None


class Reader:
    """Subscribes to what somebody follows, and no longer than that. Reconnects for ever while anybody does."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)  # by Redis channel
        self._confirmed: dict[str, asyncio.Event] = {}
        self._connection: AbstractConnection | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._connection is not None

    async def join(self, listener: Listener, channels: frozenset[str]) -> None:
        """Hear what is said on these channels from now on (at the latest a second later, when Redis is slow)."""
        topics = [topic(channel) for channel in channels]
        new = [name for name in topics if not self._listeners[name]]
        for name in topics:
            self._listeners[name].add(listener)
        for name in new:
            self._confirmed[name] = asyncio.Event()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._read_for_ever())
        elif new:
            await self._command("SUBSCRIBE", new)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_BE_HEARD):
                for name in topics:
                    await self._confirmed[name].wait()

    async def leave(self, listener: Listener, channels: frozenset[str]) -> None:
        alone = []
        for name in (topic(channel) for channel in channels):
            self._listeners[name].discard(listener)
            if not self._listeners[name]:
                del self._listeners[name], self._confirmed[name]
                alone.append(name)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = self._connection = None
        elif alone:
            await self._command("UNSUBSCRIBE", alone)

    async def _command(self, command: str, topics: list[str]) -> None:
        connection = self._connection
        if connection is None:
            return  # everything is subscribed again once there is one
        try:
            await connection.send_command(command, *topics)
        except (*RedisAway, AttributeError):  # the latter where it was closed while somebody else wrote
            await connection.disconnect(nowait=True)  # the reading task notices

    async def _read_for_ever(self) -> None:
        while True:
            try:
                await self._read_until_broken()
            except RedisAway as error:
                logger.warning("live events: Redis is away (%s); asking the database meanwhile", error)
            self._startle_all()
            await asyncio.sleep(SECONDS_BETWEEN_TRIES)

    async def _read_until_broken(self) -> None:
        connection = new_connection()
        try:
            await connection.connect()  # type: ignore[no-untyped-call]
            self._connection = connection  # from here on, who joins subscribes for itself
            if self._listeners:
                await connection.send_command("SUBSCRIBE", *self._listeners)
            self._startle_all()  # what was said before is in the database only
            while True:
                await self._read_once(connection)
        finally:
            if self._connection is connection:
                self._connection = None
            await connection.disconnect(nowait=True)

    async def _read_once(self, connection: AbstractConnection) -> None:
        try:
            answer = await connection.read_response(timeout=SECONDS_BETWEEN_PINGS, disconnect_on_error=False)
        except redis.TimeoutError:
            answer = None
        if answer is None:
            # A dead peer answers nothing at all: the next write or read fails.
            await connection.send_command("PING")
            answer = await connection.read_response(timeout=SECONDS_BETWEEN_PINGS)
            if answer is None:
                raise redis.ConnectionError("no answer to a ping")
        if isinstance(answer, list):
            self._handle(answer)

    def _handle(self, answer: list[str]) -> None:
        kind, name = answer[0], answer[1]
        if kind == "subscribe" and name in self._confirmed:
            self._confirmed[name].set()
        if kind != "message":
            return
        try:
            message = unpack(answer[2])
        except ValueError:
            logger.warning("something that is not an event was said on %s", name)
            return
        channel = name.removeprefix(topic(""))
        for listener in tuple(self._listeners.get(name, ())):
            listener.tell((channel, message))

    def _startle_all(self) -> None:
        for listener in {one for listeners in self._listeners.values() for one in listeners}:
            listener.startle()


def reader() -> Reader:
    """The running event loop's reader."""
    loop = asyncio.get_running_loop()
    if loop not in _readers:
        _readers[loop] = Reader()
    return _readers[loop]
