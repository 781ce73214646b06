"""Draws one request after the other and knows how far it is."""

import asyncio
import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from workers.backends.requests import ImageRequest
from workers.engines.diffusion import wire
from workers.engines.diffusion.engine import Stopped, picture, unknown_words

MOST_WAITING = 32  # requests
LONGEST_PACE = 1.0  # seconds that a whole picture is slowed down at most


class Full(Exception):
    """Too many requests wait already."""


@dataclass
class Work:
    """The request that is being drawn. One thread writes it, others read it."""

    count: int
    steps: int
    stamp: str
    number: int = 0  # pictures done
    step: int = 0
    interrupted: bool = False
    show: Callable[[], Image.Image] | None = None
    images: list[str] = field(default_factory=list)

    @property
    def progress(self) -> float:
        return min(1.0, (self.number + self.step / self.steps) / self.count)


class Desk:
    """`pace` is how long a step takes at least, in seconds, so that people can watch."""

    def __init__(self, pace: float = 0.0) -> None:
        self.pace = pace
        self.work: Work | None = None
        self._turn = asyncio.Lock()  # first come, first served
        self._waiting = 0
        self._jobs = 0

    async def draw(self, asked: wire.Asked) -> dict[str, Any]:
        """The answer to txt2img. Raises Unsupported or Full."""
        request = wire.request_of(asked)
        if self._waiting >= MOST_WAITING:
            raise Full
        self._waiting += 1
        try:
            async with self._turn:
                return await self._draw(asked, request)
        finally:
            self._waiting -= 1

    def interrupt(self) -> None:
        if self.work is not None:
            self.work.interrupted = True

    async def progress(self, *, with_image: bool) -> dict[str, Any]:
        work = self.work
        image = None
        if with_image and work is not None and work.show is not None:
            image = await asyncio.to_thread(_preview, work.show)
        return _progress(work, image)

    async def _draw(self, asked: wire.Asked, request: ImageRequest) -> dict[str, Any]:
        self._jobs += 1
        seed = wire.first_seed(asked)
        work = Work(asked.count, request.steps, f"{time.strftime('%Y%m%d%H%M%S')}{self._jobs:04d}")
        self.work = work
        try:
            await asyncio.to_thread(self._paint, work, request, seed)
        finally:
            self.work = None
        info = wire.info_of(asked, request, seed, unknown_words(request), work.stamp)
        images = work.images if asked.send_images else []
        return {"images": images, "parameters": asked.model_dump(), "info": json.dumps(info)}

    def _paint(self, work: Work, request: ImageRequest, seed: int) -> None:
        """All pictures of a request; what was interrupted ends with the picture in the making."""
        pause = min(self.pace, LONGEST_PACE / request.steps)

        def on_step(done: int, _steps: int, show: Callable[[], Image.Image]) -> None:
            work.step, work.show = done, show
            time.sleep(pause)
            if work.interrupted:
                raise Stopped

        for number in range(work.count):
            made = picture(request, seed + number, on_step)
            work.images.append(_with_notice(made, wire.infotext(request, seed + number)))
            work.number, work.step = number + 1, 0
            if work.interrupted:
                return


def _with_notice(image: Image.Image, text: str) -> str:
    notes = PngInfo()
    notes.add_text("parameters", text.encode("latin-1", "replace").decode("latin-1"))
    written = BytesIO()
    image.save(written, "PNG", compress_level=4, pnginfo=notes)
    return b64encode(written.getvalue()).decode()


def _preview(show: Callable[[], Image.Image]) -> str:
    written = BytesIO()
    show().save(written, "PNG", compress_level=1)
    return b64encode(written.getvalue()).decode()


def _progress(work: Work | None, image: str | None) -> dict[str, Any]:
    return {
        "progress": work.progress if work else 0.0,
        "eta_relative": 0.0,
        "state": {
            "skipped": False,
            "interrupted": work.interrupted if work else False,
            "stopping_generation": False,
            "job": "scripts_txt2img" if work else "",
            "job_count": work.count if work else 0,
            "job_timestamp": work.stamp if work else "0",
            "job_no": work.number if work else 0,
            "sampling_step": work.step if work else 0,
            "sampling_steps": work.steps if work else 0,
        },
        "current_image": image,
        "textinfo": None,
    }
