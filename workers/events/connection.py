"""Connections to Redis, made to fail fast: nothing here may hold up a request when Redis is away."""

import asyncio
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

PREFIX = "athanor"
SECONDS_TO_CONNECT = 1.0
SECONDS_TO_ANSWER = 1.0

# What a broken or absent Redis raises; callers log it and go on.
RedisAway = (redis.RedisError, OSError)

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, redis.asyncio.Redis]] = WeakKeyDictionary()


def options() -> dict[str, Any]:
    return {
        "socket_connect_timeout": SECONDS_TO_CONNECT,
        "socket_timeout": SECONDS_TO_ANSWER,
        "decode_responses": True,
        "protocol": 2,
    }


@cache
def _client_of(url: str) -> redis.Redis:
    # One retry without a pause replaces a connection that died with an earlier Redis.
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 1), **options())


def client() -> redis.Redis:
    """The process's blocking client; safe for threads."""
    return _client_of(settings.REDIS_URL)


def async_client() -> redis.asyncio.Redis:
    """The running event loop's client."""
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    url = settings.REDIS_URL
    if url not in clients:
        clients[url] = redis.asyncio.Redis.from_url(url, retry=AsyncRetry(NoBackoff(), 1), **options())
    return clients[url]


async def close_async_clients() -> None:
    """Close the running event loop's clients."""
    for one in _clients.pop(asyncio.get_running_loop(), {}).values():
        await one.aclose()


def new_connection() -> AbstractConnection:
    """A connection of its own, not yet open, for somebody who subscribes."""
    connection: AbstractConnection = async_client().connection_pool.make_connection()  # type: ignore[no-untyped-call]
    return connection


def topic(channel: str) -> str:
    """The Redis channel on which a channel's messages travel."""
    return f"{PREFIX}:events:{channel}"
