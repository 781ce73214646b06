"""Tell pages that something moved in a queue: at most four times a second per process, and never not at all."""

import logging

from workers.backends.loop import io_loop
from workers.events.connection import RedisAway, async_client, topic
from workers.events.message import Message, pack

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_MOVES = 0.25

_pending: set[str] = set()  # touched on the I/O loop only


def moved(pool: str) -> None:
    """Pages that watch this pool's queue look again within a quarter of a second."""
    io_loop().call_soon_threadsafe(_remember, pool)


def _remember(pool: str) -> None:
    if pool not in _pending:
        _pending.add(pool)
        loop = io_loop()
        loop.call_later(SECONDS_BETWEEN_MOVES, lambda: loop.create_task(_tell(pool)))


async def _tell(pool: str) -> None:
    _pending.discard(pool)
    channel = f"pool:{pool}"
    try:
        await async_client().publish(topic(channel), pack(Message(None, "moved", {"pool": pool})))
    except RedisAway as error:
        logger.debug("Redis is away: %s", error)
