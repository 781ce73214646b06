"""Requests in one step: the whole way through the middleware and the view, in one thread, there and back.

Django's own ASGI handler starts a thread for each request and changes between it and the event loop for each
middleware that is synchronous, for its signals and for closing the answer: that costs more than most views. Ours are
all synchronous; only what a stream yields is asynchronous.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any, cast

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import connections
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 32  # requests that are worked on at once; others wait their turn

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Handler(ASGIHandler):
    """The site as an ASGI application."""

    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()  # whose middleware would be asynchronous
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served, not {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            response = await self._in_thread(self._answered, scope, body)
            if response.streaming:
                try:
                    await self._stream(response, receive, send)
                finally:
                    await self._in_thread(response.close)
            else:
                await self.send_response(response, send)

    async def _in_thread(self, function: Callable[..., Any], *given: Any) -> Any:
        # What a request sets (its language, say) ends with its context: the thread knows nothing of it afterwards.
        run = copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, function, *given)

    def _answered(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """The answer; one that is not a stream is over with, and only has to be sent."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001 - as Django's own does
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            _give_connections_back()
        else:
            response.close()
        return cast("HttpResponseBase", response)

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Until it ends or its reader goes away."""
        loop = asyncio.get_running_loop()
        sending = loop.create_task(self.send_response(response, send))
        leaving = loop.create_task(self.listen_for_disconnect(receive))
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (leaving, sending):
            task.cancel()
        _left, sent = await asyncio.gather(leaving, sending, return_exceptions=True)
        if isinstance(sent, Exception):
            raise sent


def _give_connections_back() -> None:
    """A stream may take hours; it needs no database connection meanwhile."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
