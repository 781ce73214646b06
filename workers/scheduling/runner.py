"""Run one leased job: what the Celery task does."""

import asyncio
import logging
import os
import socket
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, QuerySet, UUIDField
from django.utils import timezone
from pydantic import TypeAdapter

from workers import prepared
from workers.backends import health, loop, pictures
from workers.backends.backend import Backend, Delta
from workers.backends.endpoints import backend_of
from workers.backends.errors import BackendError, ServerFault, TookTooLong
from workers.backends.models import Server
from workers.backends.requests import ChatRequest, ChatResult, ImageRequest, ImageResult, Picture, Request, Result
from workers.backends.selectors import resolve_for
from workers.events.whisper import Whisper
from workers.prepared import Given
from workers.scheduling import manifest, services
from workers.scheduling.alarm import alarm
from workers.scheduling.keeper import Held, Why, keeper
from workers.scheduling.meter import Meter
from workers.scheduling.models import Job
from workers.scheduling.states import State

logger = logging.getLogger(__name__)

SECONDS_TO_CLOSE = 1.0

_request: TypeAdapter[Request] = TypeAdapter(Request)


def run(*, job_id: UUID | str, token: int) -> None:
    """Run the job if this lease is still its own; a message that comes twice or too late does nothing."""
    found = prepared.objects("runner job", _leased, job_id, token)
    if not found:
        return
    [job] = found
    job.server = next(iter(prepared.objects("runner server", _server, job.server_id)), None)
    if job.cancel_requested_at is not None:
        services.stop(job_id=job.pk, token=token, partial=None)
    elif keeper.closing:
        # Sent out again at once it might come straight back to this process.
        services.give_back(job_id=job.pk, token=token, delay=SECONDS_TO_CLOSE)
    elif job.server is None:
        services.give_back(job_id=job.pk, token=token)
    else:
        _begin(job, job.server)


def _leased() -> QuerySet[Job]:
    named = {"pk": Given(0, UUIDField()), "lease_token": Given(1, BigIntegerField())}
    return Job.objects.filter(state=State.LEASED, **named).order_by()


def _server() -> QuerySet[Server]:
    return Server.objects.filter(pk=Given(0, BigIntegerField())).order_by()


def _begin(job: Job, server: Server) -> None:
    request = _request.validate_python(job.request)
    written = manifest.of_run(job, server, request)
    if not services.start(job_id=job.pk, token=job.lease_token, worker=worker_name(), manifest=written):
        return
    try:
        backend = backend_of(server)
    except BackendError as error:
        _failed(job, server, error)
        return
    _watch(job, server, _Conversation(job, backend, request))


class _Conversation:
    """The part that lives on the I/O loop, and what it heard so far."""

    def __init__(self, job: Job, backend: Backend, request: Request) -> None:
        self.job, self.backend, self.request = job, backend, request
        self.whisper = Whisper(channel=job.channel, job=str(job.pk), epoch=job.lease_token)
        self.meter = Meter()
        self.first_output_at: datetime | None = None
        self._pieces: list[Delta] = []

    async def hold(self) -> Result:
        """Raises BackendError; cancelling it closes the connection."""
        # The model need not wait until watchers know.
        starting = asyncio.ensure_future(self.whisper.start())
        try:
            async with asyncio.timeout(self.job.timeout):
                return await self.backend.run(model=self.job.model, request=self.request, emit=self._emit)
        except TimeoutError as error:
            raise TookTooLong(f"no whole answer within {self.job.timeout:g} s") from error
        finally:
            await asyncio.gather(starting, return_exceptions=True)
            await self.whisper.close()

    def partial(self) -> Result | None:
        """What was heard before it was stopped; None where that is nothing to show."""
        if isinstance(self.request, ImageRequest):
            return self._picture()
        if not isinstance(self.request, ChatRequest):
            return None
        text = "".join(piece.text for piece in self._pieces)
        reasoning = "".join(piece.reasoning for piece in self._pieces)
        return ChatResult(text=text, reasoning=reasoning, finish="cancelled")

    def _picture(self) -> ImageResult | None:
        """The last preview: a small picture that is not finished."""
        shown = next((piece.preview for piece in reversed(self._pieces) if piece.preview), b"")
        try:
            png, width, height = pictures.accept(shown)
        except pictures.NotAPicture:
            return None
        kept = Picture(digest=pictures.keep(png), width=width, height=height, size=len(png))
        return ImageResult(pictures=[kept], finish="cancelled")

    def _emit(self, piece: Delta) -> None:
        if self.first_output_at is None:
            self.first_output_at = timezone.now()
            self.meter.hear()
        if piece.preview:
            self._pieces = [one for one in self._pieces if not one.preview]  # only the newest is of use
        self._pieces.append(piece)
        self.whisper.add(piece)


def _watch(job: Job, server: Server, conversation: _Conversation) -> None:
    lease = Held(job.pk, job.lease_token, loop.spawn(conversation.hold()), conversation.meter)
    keeper.hold(lease)
    _release_connection()
    try:
        result = lease.running.wait()
    except asyncio.CancelledError:
        _stopped(lease, conversation)
    except BackendError as error:
        _failed(job, server, error)
    except Exception as error:
        logger.exception("job %s met an error of our own", job.pk)
        services.fail(job_id=job.pk, token=job.lease_token, error=ServerFault(f"in our own code: {error!r}"))
    else:
        first, ran = conversation.first_output_at, conversation.meter.since_begin()
        services.finish(job_id=job.pk, token=job.lease_token, result=result, first_output_at=first, ran=ran)
        health.served(server)
    finally:
        keeper.let_go(lease)


def _stopped(lease: Held, conversation: _Conversation) -> None:
    if lease.why is Why.ASKED:
        first, used, heard = conversation.first_output_at, lease.meter.since_first(), conversation.partial()
        services.stop(job_id=lease.job, token=lease.token, partial=heard, first_output_at=first, used=used)
    elif lease.why is Why.SHUTDOWN:
        services.give_back(job_id=lease.job, token=lease.token)


def _failed(job: Job, server: Server, error: BackendError) -> None:
    logger.warning("job %s failed on %s: %s (%s)", job.pk, server.name, error.code, error.detail)
    server.refresh_from_db()
    alarm.ring_by(health.failed(server, error))
    tried = {*job.avoid_servers, server.pk}
    places = resolve_for(job.demand)
    elsewhere = any(place.usable and place.server.pk not in tried for place in places)
    services.fail(job_id=job.pk, token=job.lease_token, error=error, elsewhere=elsewhere)


def _release_connection() -> None:
    """A run may take minutes; its thread needs no database connection meanwhile."""
    if not connection.in_atomic_block:
        connection.close()


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
