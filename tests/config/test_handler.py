"""Requests in one step: answers, streams, and readers who go away."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest
from django.core import signals
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from athanor.config.handler import Handler

LONGEST = 10.0

SCOPE = {
    "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": [],
    "server": ("testserver", 80), "client": ("127.0.0.1", 1), "http_version": "1.1", "scheme": "http",
}  # fmt: skip


class Client:
    """The other end of an ASGI connection."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []
        self.heard, self.left = asyncio.Event(), asyncio.Event()
        self._asked = False

    async def receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Mapping[str, Any]) -> None:
        self.sent.append(message)
        if message.get("body"):
            self.heard.set()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


@pytest.fixture
def finished() -> Iterator[list[object]]:
    """One entry for each request that is over."""
    seen: list[object] = []

    def remember(**_: object) -> None:
        seen.append(None)

    signals.request_finished.connect(remember)
    yield seen
    signals.request_finished.disconnect(remember)


def site(monkeypatch: pytest.MonkeyPatch, response: HttpResponseBase) -> Handler:
    def answer(_self: BaseHandler, _request: HttpRequest) -> HttpResponseBase:
        translation.activate("fr")
        return response

    monkeypatch.setattr(BaseHandler, "get_response", answer)
    return Handler()


async def test_answer_is_sent_and_its_request_is_over(monkeypatch: pytest.MonkeyPatch, finished: list[object]) -> None:
    client = Client()

    await site(monkeypatch, HttpResponse("hello", status=201))(SCOPE, client.receive, client.send)

    assert (client.sent[0]["status"], client.body, finished) == (201, b"hello", [None])
    assert translation.get_language() == "en"  # what a request sets is its own


async def test_stream_ends_by_itself(monkeypatch: pytest.MonkeyPatch, finished: list[object]) -> None:
    async def words() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    client = Client()

    await site(monkeypatch, StreamingHttpResponse(words()))(SCOPE, client.receive, client.send)

    assert (client.body, finished) == (b"one two", [None])


async def test_stream_whose_reader_leaves_is_closed(monkeypatch: pytest.MonkeyPatch, finished: list[object]) -> None:
    closed = []

    async def for_ever() -> AsyncIterator[bytes]:
        try:
            yield b"one"
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    client = Client()
    handler = site(monkeypatch, StreamingHttpResponse(for_ever()))
    answering = asyncio.create_task(handler(SCOPE, client.receive, client.send))
    async with asyncio.timeout(LONGEST):
        await client.heard.wait()
        client.left.set()
        await answering

    assert (closed, client.body, finished) == ([True], b"one", [None])


async def test_error_in_a_stream_is_not_swallowed(monkeypatch: pytest.MonkeyPatch, finished: list[object]) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"one"
        raise RuntimeError("broken")

    client = Client()

    with pytest.raises(RuntimeError, match="broken"):
        await site(monkeypatch, StreamingHttpResponse(broken()))(SCOPE, client.receive, client.send)
    assert finished == [None]


async def test_reader_who_leaves_before_asking_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client._asked = True
    client.left.set()

    await site(monkeypatch, HttpResponse())(SCOPE, client.receive, client.send)

    assert client.sent == []
