"""Scripts for Redis that are asked at about the same time travel together: one round trip for all answers of a moment.

The first leaves at once; those that come while it is on its way leave when it is back.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha1
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from redis.exceptions import NoScriptError, RedisError

from workers.events.connection import RedisAway, async_client

MOST_TOGETHER = 100

_batches: "WeakKeyDictionary[asyncio.AbstractEventLoop, Batch]" = WeakKeyDictionary()


class _Asked(NamedTuple):
    script: str
    arguments: Sequence[str | int]  # how many keys, the keys, and what else it wants
    answer: "asyncio.Future[int]"


class Batch:
    """Of one event loop."""

    def __init__(self) -> None:
        self._waiting: list[_Asked] = []
        self._sender: asyncio.Task[None] | None = None

    async def run(self, script: str, *, keys: Sequence[str], args: Sequence[str | int]) -> int:
        """The script's answer. Raises what Redis raises, or an OSError."""
        loop = asyncio.get_running_loop()
        asked = _Asked(script, (len(keys), *keys, *args), loop.create_future())
        self._waiting.append(asked)
        if self._sender is None or self._sender.done():
            self._sender = loop.create_task(self._send_all())
        return await asked.answer

    async def _send_all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            try:
                answers = await _send(some)
            except RedisAway as error:
                answers = [error] * len(some)
            for asked, answer in zip(some, answers, strict=True):
                _give(asked.answer, answer)


async def _send(some: Sequence[_Asked]) -> Sequence[Any]:
    """One answer each; what one of them did wrong does not concern the others."""
    pipe: Any = async_client().pipeline(transaction=False)
    for asked in some:
        pipe.evalsha(_digest(asked.script), *asked.arguments)
    answers = list(await pipe.execute(raise_on_error=False))
    for place, answer in enumerate(answers):
        if isinstance(answer, NoScriptError):
            answers[place] = await _teach(some[place])
    return answers


async def _teach(asked: _Asked) -> Any:
    """Redis knows the script from now on."""
    client: Any = async_client()
    try:
        return await client.eval(asked.script, *asked.arguments)
    except RedisError as error:
        return error


def _give(future: "asyncio.Future[int]", answer: Any) -> None:
    if future.done():
        return  # nobody waits for it any more
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(int(answer))


def _digest(script: str) -> str:
    return sha1(script.encode(), usedforsecurity=False).hexdigest()


def batch() -> Batch:
    """The running event loop's batch."""
    return _batches.setdefault(asyncio.get_running_loop(), Batch())
