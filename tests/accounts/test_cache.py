"""The cache shares Redis with the broker, and may be away."""

import uuid
from collections.abc import Iterator

import pytest
import redis

from athanor.config.cache import ForgivingRedisCache

URL = "redis://127.0.0.1:6379/15"


@pytest.fixture
def away() -> ForgivingRedisCache:
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {"KEY_PREFIX": "cache"})


def test_cache_that_is_away_keeps_nothing_and_grants_locks(away: ForgivingRedisCache) -> None:
    assert away.add("lock", 1) is True
    assert away.get("name", "absent") == "absent"
    assert away.get_many(["a", "b"]) == {}
    assert away.set("name", 1) is None
    assert away.touch("name") is False
    assert away.delete("name") is False
    assert away.has_key("name") is False
    assert away.incr("counter") == 1
    assert away.set_many({"a": 1}) == []
    assert away.delete_many(["a"]) is None
    assert away.clear() is None


@pytest.fixture
def live() -> Iterator[ForgivingRedisCache]:
    client = redis.Redis.from_url(URL)
    try:
        client.ping()
    except redis.ConnectionError:
        pytest.skip("no Redis answers on the usual port")
    cache = ForgivingRedisCache(URL, {"KEY_PREFIX": f"cache-{uuid.uuid4().hex}"})
    yield cache
    cache.clear()


def test_clearing_leaves_the_keys_of_others(live: ForgivingRedisCache) -> None:
    client = redis.Redis.from_url(URL)
    stranger = f"queue-{uuid.uuid4().hex}"
    client.set(stranger, 1, ex=60)
    live.set("mine", 1)

    live.clear()

    assert live.get("mine") is None
    assert client.get(stranger) == b"1"


def test_clearing_without_a_prefix_is_refused() -> None:
    with pytest.raises(ValueError, match="KEY_PREFIX"):
        ForgivingRedisCache(URL, {}).clear()
