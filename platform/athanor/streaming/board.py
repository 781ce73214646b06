"""The places in the queue for every stream of this process: looked up once per move, however many pages wait."""

import asyncio
import logging
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connections

from athanor.streaming import queue
from workers.events.message import Message
from workers.events.reader import Listener, reader

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_POSITIONS = 1.0  # on one page
SECONDS_TO_GATHER = 0.5  # most jobs begin sooner, and nobody needs to look for them
SECONDS_OF_SILENCE = 15.0  # then everything is looked at again: a move may have been missed
WAITING = "waiting"
ASKED = Message(None, "asked", {})

_threads = ThreadPoolExecutor(1, thread_name_prefix="board")
_boards: "WeakKeyDictionary[asyncio.AbstractEventLoop, Board]" = WeakKeyDictionary()


class Board:
    """Tells listeners where the jobs of their subject stand, as long as these wait. Lives on one event loop."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)  # by subject
        self._stale: dict[str, float] = {}  # subject: when to look, in the loop's time
        self._looked: dict[str, float] = {}
        self._ears = Listener()
        self._task: asyncio.Task[None] | None = None

    def ask(self, subject: str, listener: Listener) -> None:
        """Something of this subject may wait: its listener hears where, now and after each move."""
        self._listeners[subject].add(listener)
        self._look_soon(subject)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        else:
            self._ears.tell(("", ASKED))

    def leave(self, subject: str, listener: Listener) -> None:
        """Nothing of it waits any more, or nobody listens."""
        self._listeners[subject].discard(listener)
        if not self._listeners[subject]:
            for kept in (self._listeners, self._stale, self._looked):
                kept.pop(subject, None)

    def _look_soon(self, subject: str) -> None:
        rested = self._looked.get(subject, float("-inf")) + SECONDS_BETWEEN_POSITIONS
        soon = asyncio.get_running_loop().time() + SECONDS_TO_GATHER
        self._stale.setdefault(subject, max(rested, soon))

    async def _run(self) -> None:
        """Until nobody waits."""
        while self._listeners:
            await self._follow_moves()

    async def _follow_moves(self) -> None:
        channels = frozenset(queue.CHANNELS)
        await reader().join(self._ears, channels)
        try:
            while self._listeners:
                await self._listen()
                await self._look()
        finally:
            await asyncio.shield(reader().leave(self._ears, channels))

    async def _listen(self) -> None:
        """Hear one thing, or nothing until the next look is due."""
        now = asyncio.get_running_loop().time()
        due = min(self._stale.values(), default=now + SECONDS_OF_SILENCE)
        heard = await self._ears.next(due - now) if due > now else None
        silence = heard is None and not self._stale
        if silence or self._ears.missed or (heard is not None and heard[1].type == queue.MOVED):
            self._ears.missed = False
            for subject in self._listeners:
                self._look_soon(subject)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        due = {subject for subject, when in self._stale.items() if when <= loop.time()}
        if not due:
            return
        for subject in due:
            del self._stale[subject]
            self._looked[subject] = loop.time()
        try:
            found = await loop.run_in_executor(_threads, _read, due)
        except DatabaseError:
            logger.exception("places in the queue could not be read")
            return
        for subject in due:
            self._tell(subject, found.get(subject, []))

    def _tell(self, subject: str, places: list[queue.Place]) -> None:
        listeners = tuple(self._listeners.get(subject, ()))
        for listener in listeners:
            for place in places:
                listener.tell(("", Message(None, WAITING, asdict(place))))
        if not places and subject not in self._stale:
            for listener in listeners:
                self.leave(subject, listener)


def _read(subjects: set[str]) -> dict[str, list[queue.Place]]:
    try:
        return queue.places_of(subjects)
    finally:
        connections.close_all()  # nothing is kept between two looks


def board() -> Board:
    """The running event loop's board."""
    return _boards.setdefault(asyncio.get_running_loop(), Board())
