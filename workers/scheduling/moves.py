"""Tell pages that something moved in a queue: at once, at most once a second per process, and never not at all."""

import logging

from workers.backends.loop import io_loop
from workers.events.connection import RedisAway, async_client, topic
from workers.events.message import Message, pack

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_MOVES = 1.0  # every page with an open stream is woken by it

# Touched on the I/O loop only.
_pending: set[str] = set()
_told: dict[str, float] = {}  # pool: when, in the loop's time


def moved(pool: str) -> None:
    """Pages that watch this pool's queue look again, within a second."""
    io_loop().call_soon_threadsafe(_remember, pool)


def _remember(pool: str) -> None:
    if pool in _pending:
        return
    _pending.add(pool)
    loop = io_loop()
    due = _told.get(pool, float("-inf")) + SECONDS_BETWEEN_MOVES
    loop.call_later(max(0.0, due - loop.time()), lambda: loop.create_task(_tell(pool)))


async def _tell(pool: str) -> None:
    _pending.discard(pool)
    _told[pool] = io_loop().time()
    channel = f"pool:{pool}"
    try:
        await async_client().publish(topic(channel), pack(Message(None, "moved", {"pool": pool})))
    except RedisAway as error:
        logger.debug("Redis is away: %s", error)
