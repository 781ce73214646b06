"""Places in the queue are looked up once for all pages, and not at all for what runs."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing

import pytest
import pytest_asyncio

from athanor.streaming import board as boards
from athanor.streaming import queue
from athanor.streaming.attempt import events_of
from athanor.streaming.board import WAITING, board
from workers.events.connection import async_client
from workers.events.message import Message, pack
from workers.events.reader import Listener

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST = 10.0


class Looks:
    """Stands for the database: these subjects wait."""

    def __init__(self, *subjects: str) -> None:
        self.waiting = set(subjects)
        self.asked: list[set[str]] = []

    def __call__(self, subjects: Collection[str]) -> dict[str, list[queue.Place]]:
        self.asked.append(set(subjects))
        return {one: [queue.Place(one, 1, 0, None, "queue")] for one in subjects if one in self.waiting}


@pytest_asyncio.fixture(autouse=True)
async def own_loop() -> AsyncIterator[None]:
    yield
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await async_client().aclose()


async def said(listener: Listener) -> str:
    async with asyncio.timeout(LONGEST):
        while True:
            heard = await listener.next(LONGEST)
            if heard is not None and heard[1].type == WAITING:
                return str(heard[1].data["job"])


async def test_one_look_serves_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(*(f"s{n}" for n in range(20)))
    monkeypatch.setattr(queue, "places_of", looks)
    listeners = {f"s{n}": Listener() for n in range(20)}
    for subject, listener in listeners.items():
        board().ask(subject, listener)

    assert [await said(listener) for listener in listeners.values()] == list(listeners)
    assert looks.asked == [set(listeners)]


async def test_move_makes_everybody_who_waits_look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks("waits")
    monkeypatch.setattr(queue, "places_of", looks)
    monkeypatch.setattr(boards, "SECONDS_BETWEEN_POSITIONS", 0.01)
    listener, other = Listener(), Listener()
    board().ask("waits", listener)
    board().ask("runs", other)
    await said(listener)

    await async_client().publish("athanor:events:pool:text", pack(Message(None, queue.MOVED, {})))
    await said(listener)

    assert looks.asked == [{"waits", "runs"}, {"waits"}]


async def test_stream_whose_job_began_is_not_looked_up_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks()
    monkeypatch.setattr(queue, "places_of", looks)

    class Followed:
        subject = channel = "attempt:a"

    async def yes() -> bool:
        return True

    async with aclosing(events_of(Followed(), last_event_id=0, may_go_on=yes)) as stream:
        await until(stream, b"ping")
        await asyncio.sleep(boards.SECONDS_TO_GATHER * 2)
        for state in ("queued", "running"):
            message = Message(None, "job", {"job": "j", "state": state})
            await async_client().publish("athanor:events:attempt:a", pack(message))
            await until(stream, state.encode())
        await asyncio.sleep(boards.SECONDS_TO_GATHER * 2)

    assert looks.asked == [{"attempt:a"}]  # when the page came


async def until(stream: AsyncIterator[bytes], words: bytes) -> None:
    async with asyncio.timeout(LONGEST):
        async for frame in stream:
            if words in frame:
                return
