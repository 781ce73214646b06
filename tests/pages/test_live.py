"""The stream of an attempt: who may open it, what it begins with, and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.test import AsyncClient

from athanor.streaming import attempt as streaming
from athanor.streaming.readers import may_still_read, person_of_session
from tests.pages.conftest import School
from workers.events.connection import async_client
from workers.events.publish import publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def own_loop() -> AsyncIterator[None]:
    """Each test has an event loop of its own, and so a reader and connections of its own."""
    yield
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await async_client().aclose()


def address(school: School) -> str:
    return f"/attempts/{school.working.pk}/events/"


@pytest.fixture
def browser() -> AsyncClient:
    return AsyncClient()


async def read(response: Any, until: bytes) -> bytes:
    """What comes until a piece holds these bytes."""
    found = b""

    pieces = aiter(response.streaming_content)
    async with asyncio.timeout(10):
        async for piece in pieces:
            found += piece
            if until in piece:
                break
    await pieces.aclose()
    response.close()
    return found


@pytest.mark.usefixtures("own_loop")
async def test_stream_replays_what_came_after_the_last_event(school: School, browser: AsyncClient) -> None:
    await browser.aforce_login(school.student)
    channel = school.working.channel
    first = await sync_to_async(publish)(channel=channel, type="job", data={"job": "a", "state": "running"})
    await sync_to_async(publish)(channel=channel, type="job", data={"job": "a", "state": "done"})

    response: Any = await browser.get(address(school), {"last_event_id": first.pk})
    text = await read(response, b'"state":"done"')

    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"].startswith("no-cache")
    assert response["X-Accel-Buffering"] == "no"
    assert text.startswith(b"retry: 2000")
    assert text.count(b'"state":"done"') == 1


@pytest.mark.usefixtures("own_loop")
async def test_stream_of_others_does_not_exist(school: School, browser: AsyncClient) -> None:
    await browser.aforce_login(school.stranger)

    assert (await browser.get(address(school))).status_code == 404


@pytest.mark.usefixtures("own_loop")
async def test_stream_without_a_session_is_refused_without_a_redirect(school: School, browser: AsyncClient) -> None:
    assert (await browser.get(address(school))).status_code == 401


@pytest.mark.usefixtures("own_loop")
async def test_stream_ends_when_the_session_does(
    school: School, browser: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "SECONDS_BETWEEN_CHECKS", 0.05)
    await browser.aforce_login(school.student)
    response: Any = await browser.get(address(school))
    await sync_to_async(Session.objects.all().delete)()

    text = await read(response, b"event: expired")

    assert text.endswith(b"event: expired\ndata: {}\n\n")


def test_session_with_an_older_password_may_not_go_on(school: School, client: Any) -> None:
    client.force_login(school.student)
    key = client.session.session_key
    assert may_still_read(school.working.pk, person_of_session(key)) is True

    school.student.set_password("another long one")
    school.student.save()

    assert may_still_read(school.working.pk, person_of_session(key)) is False


def test_person_taken_off_the_course_may_not_go_on(school: School, client: Any) -> None:
    client.force_login(school.grader)
    key = client.session.session_key
    assert may_still_read(school.working.pk, person_of_session(key)) is True

    school.grader.enrolments.update(active=False)

    assert may_still_read(school.working.pk, person_of_session(key)) is False
