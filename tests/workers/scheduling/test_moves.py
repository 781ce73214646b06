import json

import pytest
import redis

from tests.workers.conftest import RedisServer
from workers.backends import loop
from workers.events.connection import topic
from workers.scheduling import moves


@pytest.fixture
def heard(redis_server: RedisServer) -> object:
    with redis.Redis.from_url(redis_server.url) as client, client.pubsub(ignore_subscribe_messages=True) as ears:
        ears.subscribe(topic("pool:image"))
        assert ears.get_message(timeout=1) is None

        def listen(seconds: float) -> list[object]:
            found = []
            while (message := ears.get_message(timeout=seconds)) is not None:
                found.append(json.loads(message["data"]))
            return found

        yield listen


async def forget() -> None:
    moves._told.clear()
    moves._pending.clear()


def test_many_moves_are_told_at_once_and_once_more(heard: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "SECONDS_BETWEEN_MOVES", 0.2)
    loop.run(forget())
    message = [None, "moved", {"pool": "image"}]
    moves.moved("image")
    assert heard(0.1) == [message]  # type: ignore[operator]
    for _ in range(50):
        moves.moved("image")
    assert heard(0.5) == [message]  # type: ignore[operator]
