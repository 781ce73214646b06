"""What is asked at the same time travels together, and each gets its own answer."""

import asyncio

import pytest
from redis.exceptions import ResponseError

from workers.events import batch as batches
from workers.events.batch import batch
from workers.events.connection import async_client

pytestmark = pytest.mark.usefixtures("redis_server")

ADD = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
FAIL = "return redis.error_reply('no')"


async def test_each_gets_its_own_answer_in_order() -> None:
    answers = await asyncio.gather(*(batch().run(ADD, keys=["batch:sum"], args=[n]) for n in range(1, 251)))

    assert answers == [n * (n + 1) // 2 for n in range(1, 251)]


async def test_many_at_once_need_few_round_trips(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    send = batches._send

    async def counted(some):  # type: ignore[no-untyped-def]
        sizes.append(len(some))
        return await send(some)

    monkeypatch.setattr(batches, "_send", counted)
    await asyncio.gather(*(batch().run(ADD, keys=["batch:other"], args=[1]) for _ in range(60)))

    assert sum(sizes) == 60
    assert len(sizes) <= 2


async def test_one_that_fails_does_not_spoil_the_others() -> None:
    await async_client().script_flush()
    good, bad, other = await asyncio.gather(
        batch().run(ADD, keys=["batch:good"], args=[1]),
        batch().run(FAIL, keys=["batch:good"], args=[]),
        batch().run(ADD, keys=["batch:good"], args=[1]),
        return_exceptions=True,
    )

    assert sorted([good, other]) == [1, 2]  # type: ignore[type-var]
    assert isinstance(bad, ResponseError)
