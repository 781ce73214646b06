import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from tests.workers.conftest import RedisServer
from workers.backends.backend import Delta
from workers.events import reader, stream
from workers.events.connection import async_client
from workers.events.history import OVERLAP, forget_old, latest_id
from workers.events.message import PING, Message
from workers.events.models import Event
from workers.events.publish import nudge, publish
from workers.events.whisper import Whisper

pytestmark = [pytest.mark.usefixtures("redis_server"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SECONDS_BETWEEN_LOOKS", 0.1)
    monkeypatch.setattr(reader, "SECONDS_BETWEEN_TRIES", 0.1)


@pytest.fixture
def channel() -> str:
    return f"attempt:{uuid.uuid4()}"


async def tell(channel: str, number: int) -> int:
    return await in_thread(lambda: publish(channel=channel, type="job", data={"number": number}).pk)


async def in_thread(work):  # type: ignore[no-untyped-def]
    def run():  # type: ignore[no-untyped-def]
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def take(messages: AsyncIterator[Message], count: int) -> list[Message]:
    """The next messages, pings left out."""
    taken: list[Message] = []
    async with asyncio.timeout(10):
        async for message in messages:
            if message.type != PING:
                taken.append(message)
            if len(taken) == count:
                break
    return taken


def numbers(messages: list[Message]) -> list[int]:
    return [message.data["number"] for message in messages]


async def test_follow_replays_then_goes_on_live(channel: str) -> None:
    first = await tell(channel, 1)
    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        assert [message.id for message in await take(messages, 1)] == [first]
        await tell(channel, 2)
        await tell("attempt:other", 99)
        await tell(channel, 3)
        assert numbers(await take(messages, 2)) == [2, 3]


async def test_follow_does_not_replay_what_came_long_before(channel: str) -> None:
    old = await tell(channel, 1)
    await in_thread(lambda: Event.objects.update(created_at=timezone.now() - 2 * OVERLAP))
    await tell(channel, 2)
    async with aclosing(stream.follow(channels=[channel], last_event_id=old)) as messages:
        assert numbers(await take(messages, 1)) == [2]


async def test_row_that_commits_late_with_a_lower_id_is_replayed(channel: str) -> None:
    low = await tell(channel, 1)
    high = await tell(channel, 2)
    async with aclosing(stream.follow(channels=[channel], last_event_id=high)) as messages:
        assert low in [message.id for message in await take(messages, 2)]


async def test_rolled_back_event_is_never_told(channel: str) -> None:
    def fail() -> None:
        with transaction.atomic():
            publish(channel=channel, type="job", data={"number": 1})
            transaction.set_rollback(True)

    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        task = asyncio.ensure_future(take(messages, 1))
        await asyncio.sleep(0.05)
        await in_thread(fail)
        await tell(channel, 2)
        assert numbers(await task) == [2]


async def test_nudge_reaches_followers_and_leaves_no_row(channel: str) -> None:
    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        task = asyncio.ensure_future(take(messages, 1))
        await asyncio.sleep(0.1)
        await in_thread(lambda: nudge(channel=channel, type="waiting", data={"position": 2}))
        assert await task == [Message(None, "waiting", {"position": 2})]
    assert await in_thread(Event.objects.count) == 0


def text_of(messages: list[Message]) -> str:
    """What a page shows after these messages."""
    text = ""
    for message in messages:
        if message.type == "snapshot":
            text = message.data["text"]
        elif message.type == "delta":
            assert message.data["offset"] == len(text)
            text += message.data["text"]
    return text


async def read_until(messages: AsyncIterator[Message], end: str) -> list[Message]:
    read: list[Message] = []
    async with asyncio.timeout(10):
        async for message in messages:
            read.append(message)
            if text_of(read).endswith(end):
                break
    return read


async def test_late_reader_gets_a_snapshot_then_the_rest(channel: str) -> None:
    whisper = Whisper(channel=channel, job="j", epoch=1)
    await whisper.start()
    whisper.add(Delta(text="one "))
    await asyncio.sleep(0.05)
    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        snapshot = (await take(messages, 1))[0]
        whisper.add(Delta(text="two"))
        rest = await read_until(messages, "two")
    await whisper.close()
    assert text_of([snapshot, *rest]) == "one two"


async def test_no_word_is_lost_when_redis_is_emptied_in_mid_answer(channel: str, redis_server: RedisServer) -> None:
    whisper = Whisper(channel=channel, job="j", epoch=1)
    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        reading = asyncio.ensure_future(read_until(messages, "end"))
        await asyncio.sleep(0.05)
        await whisper.start()
        for number in range(6):
            whisper.add(Delta(text=f"{number} "))
            await asyncio.sleep(0.04)
            if number == 3:
                await asyncio.to_thread(redis_server.empty)
        whisper.add(Delta(text="end"))
        assert text_of(await reading) == "0 1 2 3 4 5 end"
    await whisper.close()


async def test_no_word_is_lost_when_redis_restarts_in_mid_answer(channel: str, redis_server: RedisServer) -> None:
    whisper = Whisper(channel=channel, job="j", epoch=1)
    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        reading = asyncio.ensure_future(read_until(messages, "end"))
        await asyncio.sleep(0.05)
        await whisper.start()
        whisper.add(Delta(text="before "))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(redis_server.kill)
        whisper.add(Delta(text="meanwhile "))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(redis_server.start)
        whisper.add(Delta(text="end"))
        assert text_of(await reading) == "before meanwhile end"
    await whisper.close()


async def test_events_arrive_while_redis_is_away(channel: str, redis_server: RedisServer) -> None:
    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        await tell(channel, 1)
        assert numbers(await take(messages, 1)) == [1]
        await asyncio.to_thread(redis_server.kill)
        await tell(channel, 2)
        assert numbers(await take(messages, 1)) == [2]


async def test_slow_reader_starts_again_and_misses_no_event(channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LONGEST_BACKLOG", 3)
    async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
        await tell(channel, 0)
        assert numbers(await take(messages, 1)) == [0]
        for number in range(1, 10):
            await tell(channel, number)
        assert numbers(await take(messages, 9)) == list(range(1, 10))


async def test_two_hundred_followers_share_one_connection(channel: str) -> None:
    followers = [stream.follow(channels=[channel, f"user:{n}"], last_event_id=0) for n in range(200)]
    tasks = [asyncio.ensure_future(take(messages, 3)) for messages in followers]
    await asyncio.sleep(0.1)
    for number in range(3):
        await tell(channel, number)
    heard = await asyncio.gather(*tasks)
    subscribers = [one for one in await async_client().client_list() if int(one["sub"]) > 0]
    for messages in followers:
        await messages.aclose()
    assert [numbers(messages) for messages in heard] == [[0, 1, 2]] * 200
    assert len(subscribers) == 1


async def test_reader_lets_go_of_redis_when_nobody_follows(channel: str) -> None:
    for _ in range(3):
        async with aclosing(stream.follow(channels=[channel], last_event_id=0)) as messages:
            await tell(channel, 1)
            await take(messages, 1)
    await asyncio.sleep(0.05)
    assert [one for one in await async_client().client_list() if int(one["sub"]) > 0] == []


async def test_latest_id_is_where_a_fresh_page_begins(channel: str) -> None:
    assert await in_thread(lambda: latest_id([channel])) == 0
    await tell(channel, 1)
    second = await tell(channel, 2)
    assert await in_thread(lambda: latest_id([channel])) == second


async def test_forget_old_keeps_recent_events(channel: str) -> None:
    old, new = await tell(channel, 1), await tell(channel, 2)
    month_ago = timezone.now() - timedelta(days=31)
    await in_thread(lambda: Event.objects.filter(pk=old).update(created_at=month_ago))
    assert await in_thread(forget_old) == 1
    assert await in_thread(lambda: list(Event.objects.values_list("pk", flat=True))) == [new]
