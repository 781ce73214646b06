"""The cache, which may be away: it answers as an empty one then. Nothing in it is needed to be right."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
R = TypeVar("R")


def _or_else(call: Callable[[], R], absent: R) -> R:
    try:
        return call()
    except (RedisError, OSError) as error:
        logger.warning("The cache does not answer (%s): going on without it.", type(error).__name__)
        return absent


class ForgivingClient(RedisCacheClient):
    """Redis, or, while it is away, a store that keeps nothing and grants every lock."""

    # Typed loosely: Django and its stubs disagree about keys and time-outs.

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return _or_else(lambda: bool(super(ForgivingClient, self).add(key, value, timeout)), absent=True)

    def get(self, key: Any, default: Any) -> Any:
        return _or_else(lambda: super(ForgivingClient, self).get(key, default), absent=default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        _or_else(lambda: super(ForgivingClient, self).set(key, value, timeout), absent=None)

    def touch(self, key: Any, timeout: Any) -> bool:
        return _or_else(lambda: bool(super(ForgivingClient, self).touch(key, timeout)), absent=False)

    def delete(self, key: Any) -> bool:
        return _or_else(lambda: bool(super(ForgivingClient, self).delete(key)), absent=False)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        wanted = list(keys)
        return _or_else(lambda: dict(super(ForgivingClient, self).get_many(wanted)), absent={})

    def has_key(self, key: Any) -> bool:
        return _or_else(lambda: bool(super(ForgivingClient, self).has_key(key)), absent=False)

    def incr(self, key: Any, delta: int) -> Any:
        """The new value. Without Redis `delta`, as for a counter that has just begun."""
        return _or_else(lambda: super(ForgivingClient, self).incr(key, delta), absent=delta)

    def set_many(self, data: Any, timeout: Any) -> None:
        _or_else(lambda: super(ForgivingClient, self).set_many(data, timeout), absent=None)

    def delete_many(self, keys: Any) -> None:
        wanted = list(keys)
        _or_else(lambda: super(ForgivingClient, self).delete_many(wanted), absent=None)


class ForgivingRedisCache(RedisCache):
    """Shares its Redis database with the broker, so that `clear` may only touch its own keys: KEY_PREFIX is needed."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient

    def clear(self) -> None:
        _or_else(self._delete_own_keys, absent=None)

    def _delete_own_keys(self) -> None:
        if not self.key_prefix:
            raise ValueError("Set KEY_PREFIX: without one, clearing the cache would empty the broker too.")
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*"):
            client.delete(key)
