import asyncio
import uuid

import pytest

from tests.workers.conftest import RedisServer
from workers.backends.backend import Delta
from workers.events.connection import async_client, topic
from workers.events.message import unpack
from workers.events.whisper import Whisper, being_written, partial

pytestmark = pytest.mark.usefixtures("redis_server")


def make(job: str = "", epoch: int = 1) -> Whisper:
    return Whisper(channel="attempt:1", job=job or str(uuid.uuid4()), epoch=epoch)


async def say(whisper: Whisper, *texts: str) -> None:
    for text in texts:
        whisper.add(Delta(text=text))
        await asyncio.sleep(0.04)


async def test_partial_grows_with_each_piece() -> None:
    whisper = make()
    await whisper.start()
    await say(whisper, "Héllo", " wörld")
    whisper.add(Delta(reasoning="hm"))
    await whisper.close()
    part = await asyncio.to_thread(partial, whisper.job)
    assert part == {"epoch": 1, "text": "Héllo wörld", "reasoning": "hm"}


async def test_partial_of_unknown_job_is_none() -> None:
    assert await asyncio.to_thread(partial, uuid.uuid4()) is None


async def test_emptied_redis_gets_the_whole_text_again(redis_server: RedisServer) -> None:
    whisper = make()
    await say(whisper, "one ", "two ")
    await asyncio.to_thread(redis_server.empty)
    await say(whisper, "three")
    await whisper.close()
    assert (await asyncio.to_thread(partial, whisper.job) or {})["text"] == "one two three"


async def test_restarted_redis_gets_the_whole_text_again(redis_server: RedisServer) -> None:
    whisper = make()
    await say(whisper, "one ")
    await asyncio.to_thread(redis_server.kill)
    await say(whisper, "two ")
    await asyncio.to_thread(redis_server.start)
    await say(whisper, "three")
    await whisper.close()
    assert (await asyncio.to_thread(partial, whisper.job) or {})["text"] == "one two three"


async def test_new_epoch_starts_from_nothing_and_silences_the_old_one() -> None:
    job = str(uuid.uuid4())
    old, new = make(job, 1), make(job, 2)
    await say(old, "old")
    await new.start()
    await say(new, "new")
    await say(old, " still here")
    await old.close()
    assert await asyncio.to_thread(partial, job) == {"epoch": 2, "text": "new", "reasoning": ""}


async def test_pieces_close_together_travel_together() -> None:
    async with async_client().pubsub() as ears:
        await ears.subscribe(topic("attempt:1"))
        whisper = make()
        for number in range(100):
            whisper.add(Delta(text=f"{number} "))
        await asyncio.sleep(0)
        await whisper.close()
        heard = []
        while (message := await ears.get_message(ignore_subscribe_messages=True, timeout=0.1)) or not heard:
            if message:
                heard.append(unpack(message["data"]))
    assert len(heard) <= 2
    assert "".join(message.data["text"] for message in heard) == "".join(f"{number} " for number in range(100))


async def test_being_written_lists_open_answers_only() -> None:
    one, two = make(), make()
    await one.start()
    await two.start()
    await say(one, "a")
    await two.close()
    assert await being_written("attempt:1") == [(one.job, {"epoch": 1, "text": "a", "reasoning": ""})]
    await one.close()


async def test_a_picture_in_the_making_is_told_newest_first_and_kept_for_late_comers() -> None:
    async with async_client().pubsub() as ears:
        await ears.subscribe(topic("attempt:1"))
        whisper = make()
        await whisper.start()
        for step in range(1, 5):
            whisper.add(Delta(progress=step / 4, preview=bytes([step])))
            await asyncio.sleep(0)
        await asyncio.sleep(0.3)
        ((_, late),) = await being_written("attempt:1")
        await whisper.close()
        heard = []
        while (message := await ears.get_message(ignore_subscribe_messages=True, timeout=0.1)) or not heard:
            heard += [unpack(message["data"])] if message else []
    told = [message.data for message in heard if message.type == "progress"]
    assert told[-1] == {"job": whisper.job, "epoch": 1, "progress": 1.0, "preview": "BA=="}
    assert len(told) <= 2  # four at once are not four messages
    assert late == {"epoch": 1, "text": "", "reasoning": "", "progress": 1.0, "preview": "BA=="}
    assert await being_written("attempt:1") == []


async def test_an_old_picture_does_not_paint_over_a_new_run() -> None:
    job = str(uuid.uuid4())
    old, new = make(job, 1), make(job, 2)
    await new.start()
    old.add(Delta(progress=0.9, preview=b"old"))
    new.add(Delta(progress=0.1))
    await asyncio.sleep(0.1)
    await old.close()
    assert await asyncio.to_thread(partial, job) == {
        "epoch": 2, "text": "", "reasoning": "", "progress": 0.1, "preview": "",
    }  # fmt: skip
    await new.close()


async def test_a_large_preview_stays_here() -> None:
    whisper = make()
    whisper.add(Delta(progress=0.5, preview=b"x" * 1_000_000))
    await asyncio.sleep(0.1)
    assert (await asyncio.to_thread(partial, whisper.job) or {})["preview"] == ""
    await whisper.close()
