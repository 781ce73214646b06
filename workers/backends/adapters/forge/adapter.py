"""Forge's API: one JSON answer at the end; what happens meanwhile is asked for.

The server does not notice who goes away, so a stopped run has to be interrupted, and its interrupt stops whatever
runs: it is only sent when that is ours. One picture job at a time: more would wait behind a lock inside the server.
"""

import asyncio
import time
from dataclasses import replace
from typing import ClassVar

from workers.backends.adapters.forge import inventory, reading, writing
from workers.backends.adapters.forge.watching import Watch
from workers.backends.backend import Emit, Endpoint, Probe
from workers.backends.errors import Interrupted, WrongTask
from workers.backends.http import post_json
from workers.backends.requests import ImageRequest, ImageResult, Request, Result


class Forge:
    slug: ClassVar[str] = "forge"
    pool: ClassVar[str] = "image"
    most_slots: ClassVar[int] = 1

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = replace(endpoint, basic=True)

    async def probe(self) -> Probe:
        return Probe(version="", models=(await inventory.take(self.endpoint)).models())

    async def run(self, *, model: str, request: Request, emit: Emit) -> Result:
        if not isinstance(request, ImageRequest):
            raise WrongTask(request.task)
        return await self._draw(model, request, emit)

    async def _draw(self, model: str, request: ImageRequest, emit: Emit) -> ImageResult:
        checkpoint, scheduler = (await inventory.take(self.endpoint)).check(model, request)
        body = writing.text2image(request, checkpoint, scheduler).model_dump(exclude_none=True)
        watch = Watch(self.endpoint, emit)
        await watch.look_before()
        began = time.monotonic()
        watching = asyncio.create_task(watch.follow())
        try:
            raw = await post_json(
                self.endpoint, "/sdapi/v1/txt2img", body, reading.explain, longest=reading.longest(request)
            )
        except asyncio.CancelledError:
            await watch.interrupt()
            raise
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        if watch.interrupted:
            raise Interrupted("somebody else interrupted the server: the picture is not finished")
        seconds = time.monotonic() - began
        return await asyncio.to_thread(reading.result, raw, request, seconds)
