from typing import Any

import pytest
import redis

from tests.workers.conftest import RedisServer
from workers.events import publish as module
from workers.events.models import Event
from workers.events.publish import nudge, publish


class HangingRedis:
    """Accepts everything and answers nothing: what a stopped process does."""

    def __init__(self) -> None:
        self.asked = 0

    def publish(self, *_message: Any) -> None:
        self.asked += 1
        raise redis.TimeoutError


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> HangingRedis:
    hanging = HangingRedis()
    monkeypatch.setattr(module, "client", lambda: hanging)
    monkeypatch.setattr(module, "_silent_until", 0.0)
    return hanging


@pytest.mark.django_db(transaction=True)
def test_event_is_kept_without_redis(redis_server: RedisServer) -> None:
    redis_server.kill()
    event = publish(channel="c", type="job", data={"state": "done"})
    redis_server.start()
    assert Event.objects.get(pk=event.pk).data == {"state": "done"}


def test_redis_that_hangs_is_waited_for_once(hanging: HangingRedis) -> None:
    for _ in range(5):
        nudge(channel="c", type="waiting", data={})
    assert hanging.asked == 1


def test_redis_is_asked_again_after_the_silence(hanging: HangingRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS_OF_SILENCE", 0.0)
    for _ in range(5):
        nudge(channel="c", type="waiting", data={})
    assert hanging.asked == 5
