"""Whoever joins while the connection is being made hears everything, too."""

import asyncio

import pytest

from workers.events import reader as readers
from workers.events.connection import async_client, new_connection, topic
from workers.events.message import Message, pack
from workers.events.reader import Listener, Reader

pytestmark = pytest.mark.usefixtures("redis_server")


async def test_listener_that_joins_during_the_first_subscription_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    subscribing, go_on = asyncio.Event(), asyncio.Event()

    def slow():  # type: ignore[no-untyped-def]
        connection = new_connection()
        send = connection.send_command

        async def send_slowly(*words, **options):  # type: ignore[no-untyped-def]
            if words[0] == "SUBSCRIBE" and not subscribing.is_set():
                subscribing.set()
                await go_on.wait()
            await send(*words, **options)

        connection.send_command = send_slowly  # type: ignore[method-assign]
        return connection

    monkeypatch.setattr(readers, "new_connection", slow)
    reader, first, second = Reader(), Listener(), Listener()
    joining = [asyncio.create_task(reader.join(first, frozenset({"a"})))]
    await subscribing.wait()
    joining.append(asyncio.create_task(reader.join(second, frozenset({"b"}))))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*joining)

    await async_client().publish(topic("b"), pack(Message(None, "said", {})))

    heard = []
    async with asyncio.timeout(5):
        while not heard:
            found = await second.next(5)
            heard += [found[1].type] if found else []
    assert heard == ["said"]
    await reader.leave(first, frozenset({"a"}))
    await reader.leave(second, frozenset({"b"}))
