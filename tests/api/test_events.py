"""The live events of an attempt, through the asynchronous server's own handler."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse
from django.test import AsyncClient
from django.utils import timezone

from athanor.accounts import keys
from athanor.accounts.models import ApiKey, User
from athanor.streaming import attempt as streaming
from courses.attempts.models import Attempt
from courses.people.models import Enrolment
from tests.factories import make_alias, make_attempt, make_job
from workers.events.connection import async_client
from workers.events.models import Event
from workers.events.publish import publish

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST = 10.0  # seconds that a test waits for an event


@pytest_asyncio.fixture(autouse=True)
async def closed_connections() -> AsyncIterator[None]:
    """Each test has an event loop of its own, and so a reader and connections of its own."""
    yield
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await async_client().aclose()
    await sync_to_async(connections.close_all)()  # of the thread that ran the synchronous parts


def prepare() -> tuple[Attempt, str]:
    make_alias()
    attempt = make_attempt()
    _row, clear = keys.make(user=attempt.student, name="test")
    return attempt, clear


async def opened(attempt: Attempt, clear: str, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {clear}", "Accept": "text/event-stream", **headers}
    return await AsyncClient().get(f"/api/v1/attempts/{attempt.pk}/events/", headers=sent)


async def frames(response: StreamingHttpResponse) -> AsyncIterator[str]:
    async for piece in response:
        for frame in bytes(piece).decode().split("\n\n"):
            if frame:
                yield frame


@contextlib.asynccontextmanager
async def reading(response: StreamingHttpResponse) -> AsyncIterator[Any]:
    found = frames(response)

    async def until(word: str) -> list[str]:
        seen = []
        async with asyncio.timeout(LONGEST):
            async for frame in found:
                seen.append(frame)
                if word in frame:
                    return seen
        return seen

    yield until
    await found.aclose()  # type: ignore[attr-defined]
    response.close()


async def test_past_and_coming_events_arrive_once_and_in_order() -> None:
    attempt, clear = await sync_to_async(prepare)()
    await sync_to_async(publish)(channel=attempt.channel, type="job", data={"number": 1})
    response = await opened(attempt, clear)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/event-stream"
    assert response["X-Accel-Buffering"] == "no"
    async with reading(response) as until:
        first = await until('"number":1')
        await sync_to_async(publish)(channel=attempt.channel, type="job", data={"number": 2})
        second = await until('"number":2')

    assert first[0] == "retry: 2000"
    assert [frame.splitlines()[1:] for frame in first[1:] + second if "event: job" in frame] == [
        ["event: job", 'data: {"number":1}'],
        ["event: job", 'data: {"number":2}'],
    ]


async def test_reading_goes_on_after_the_last_event_that_was_seen() -> None:
    attempt, clear = await sync_to_async(prepare)()
    seen = await sync_to_async(publish)(channel=attempt.channel, type="job", data={"number": 1})
    await Event.objects.aupdate(created_at=timezone.now() - timedelta(hours=1))  # very recent ones may come again
    await sync_to_async(publish)(channel=attempt.channel, type="job", data={"number": 2})
    response = await opened(attempt, clear, **{"Last-Event-ID": str(seen.pk)})

    async with reading(response) as until:
        text = "\n".join(await until('"number":2'))

    assert '"number":1' not in text


async def test_waiting_work_says_where_it_stands() -> None:
    attempt, clear = await sync_to_async(prepare)()
    job = await sync_to_async(make_job)(subject=attempt.subject, channel=attempt.channel)
    response = await opened(attempt, clear)

    async with reading(response) as until:
        last = (await until("event: waiting"))[-1]

    assert f'"job":"{job.pk}"' in last
    assert '"position":1' in last
    assert "id:" not in last  # it is not kept


@pytest.mark.parametrize("change", ["key", "person", "course"])
async def test_stream_ends_when_the_reader_may_not_go_on(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt, clear = await sync_to_async(prepare)()
    monkeypatch.setattr(streaming, "SECONDS_BETWEEN_CHECKS", 0.1)
    response = await opened(attempt, clear)

    async with reading(response) as until:
        await until("retry")
        match change:
            case "key":
                await ApiKey.objects.all().adelete()
            case "person":
                await User.objects.aupdate(is_active=False)
            case "course":  # the attempt is another student's now
                await Enrolment.objects.all().adelete()
                other = await User.objects.acreate(username="other", email="other@school.example")
                await Attempt.objects.aupdate(student=other)
        seen = await until("event: expired")

    assert seen[-1] == "event: expired\ndata: {}"


async def test_session_that_ended_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt, _clear = await sync_to_async(prepare)()
    monkeypatch.setattr(streaming, "SECONDS_BETWEEN_CHECKS", 0.1)
    client = AsyncClient()
    await client.aforce_login(attempt.student)
    response = await client.get(f"/api/v1/attempts/{attempt.pk}/events/")

    async with reading(response) as until:
        await until("retry")
        await client.alogout()
        seen = await until("event: expired")

    assert seen[-1] == "event: expired\ndata: {}"


async def test_stranger_gets_no_stream() -> None:
    attempt, _clear = await sync_to_async(prepare)()

    answer = await AsyncClient().get(f"/api/v1/attempts/{attempt.pk}/events/")

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_authenticated"


@pytest.mark.parametrize(
    ("given", "used"), [("12", 12), ("", 0), ("-1", 0), ("1e9", 0), ("٣", 0), ("9" * 30, 0), ("<script>", 0)]
)
def test_strange_event_ids_begin_at_the_beginning(given: str, used: int, rf: Any) -> None:
    assert streaming.last_event_id(rf.get("/", headers={"Last-Event-ID": given})) == used
    assert streaming.last_event_id(rf.get("/", {"last_event_id": given})) == used
