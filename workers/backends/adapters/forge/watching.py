"""How far the server is: it is asked again and again while a picture is made."""

import asyncio
import logging

from pydantic import ValidationError

from workers.backends.adapters.forge import reading
from workers.backends.backend import Delta, Emit, Endpoint
from workers.backends.errors import BackendError
from workers.backends.http import get_json, post_json
from workers.protocols import forge

logger = logging.getLogger(__name__)

SECONDS_BETWEEN = 0.25
SECONDS_TO_INTERRUPT = 5.0


class Watch:
    """Follows one run, and knows whether what the server works on is this run.

    The server does not tell whose job it is. It is ours when the server had nothing to do before it got ours, or as
    soon as it began another job than the one it had before: nobody but us may send it jobs of the platform.
    """

    def __init__(self, endpoint: Endpoint, emit: Emit) -> None:
        self.endpoint, self.emit = endpoint, emit
        self.ours = False
        self.interrupted = False  # not by us
        self._before: str | None = None  # the job that was running when we came
        self._shown = ""  # the last preview, as it came

    async def look_before(self) -> None:
        seen = await self._ask(preview=False)
        if seen is None or seen.state.job_count != 0:
            self._before = seen.state.job_timestamp if seen else None
        else:
            self.ours = True

    async def follow(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN)
            seen = await self._ask(preview=True)
            if seen is None or seen.state.job_count == 0:
                continue
            if not self.ours and self._before is not None and seen.state.job_timestamp != self._before:
                self.ours = True
            if self.ours:
                self.interrupted = self.interrupted or seen.state.interrupted
                await self._tell(seen)

    async def interrupt(self) -> None:
        """Stop our job on the server; what is not ours is left alone."""
        if not self.ours:
            logger.warning("a stopped picture job still waits inside %s", self.endpoint.url)
            return
        try:
            async with asyncio.timeout(SECONDS_TO_INTERRUPT):
                await post_json(self.endpoint, "/sdapi/v1/interrupt", {}, reading.explain)
        except (BackendError, TimeoutError) as error:
            logger.warning("%s was not interrupted: %s", self.endpoint.url, error)

    async def _tell(self, seen: forge.Progress) -> None:
        preview = b""
        if seen.current_image and seen.current_image != self._shown:
            self._shown = seen.current_image
            preview = await asyncio.to_thread(reading.preview, seen.current_image)
        self.emit(Delta(progress=min(max(seen.progress, 0.0), 1.0), preview=preview))

    async def _ask(self, *, preview: bool) -> forge.Progress | None:
        """None where there is no sensible answer: the picture may come all the same."""
        path = "/sdapi/v1/progress" + ("" if preview else "?skip_current_image=true")
        try:
            return forge.Progress.model_validate(await get_json(self.endpoint, path, reading.explain))
        except (BackendError, ValidationError) as error:
            logger.debug("%s does not tell its progress: %s", self.endpoint.url, error)
            return None
