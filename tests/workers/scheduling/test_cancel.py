"""Stop, in every state a job can be in."""

import threading
import time
import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from PIL import Image

from tests.workers.conftest import RedisServer
from tests.workers.scheduling.conftest import Broker, ask, make_server, spec
from workers.backends import pictures
from workers.backends.adapters.fake import Fake
from workers.backends.backend import Delta, Endpoint
from workers.backends.requests import ImageRequest, ImageResult
from workers.events.models import Event
from workers.scheduling import runner, services
from workers.scheduling.keeper import keeper
from workers.scheduling.models import Job
from workers.scheduling.states import State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]


def start_running(broker: Broker) -> threading.Thread:
    """A worker's thread that runs the one message there is."""
    [args] = broker.runs()

    def work() -> None:
        runner.run(job_id=args[0], token=args[1])
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def wait_until(true: object, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.01)


def test_waiting_job_stops_at_once(broker: Broker) -> None:
    make_server(slots=1)
    _, job = ask(spec(), spec())
    stopped = services.cancel(job_id=job.pk)
    assert (stopped.state, stopped.result) == (State.CANCELLED, None)
    assert stopped.finished_at is not None
    assert broker.calls("courses.collect") == [[str(job.pk)]]
    assert [event.data["state"] for event in Event.objects.filter(data__job=str(job.pk))] == ["queued", "cancelled"]


def test_leased_job_stops_when_its_message_arrives(broker: Broker) -> None:
    make_server()
    [job] = ask()
    assert services.cancel(job_id=job.pk).state == State.LEASED
    start_running(broker).join()
    stopped = Job.objects.get(pk=job.pk)
    assert (stopped.state, stopped.tries) == (State.CANCELLED, 0)


def test_running_job_stops_and_keeps_what_was_written(broker: Broker) -> None:
    make_server(model="slow", slots=1)
    [job] = ask(spec(text="word " * 500))
    thread = start_running(broker)
    wait_until(lambda: keeper.held)
    time.sleep(0.15)
    services.cancel(job_id=job.pk)
    thread.join(timeout=3)
    stopped = Job.objects.get(pk=job.pk)
    assert stopped.state == State.CANCELLED
    assert (stopped.result or {})["finish"] == "cancelled"
    assert (stopped.result or {})["text"].startswith("word")
    assert keeper.held == {}


def test_stop_is_heard_without_redis(broker: Broker, redis_server: RedisServer, settings: object) -> None:
    settings.LEASE_SECONDS = 0.3  # type: ignore[attr-defined]
    make_server(model="never", slots=1)
    [job] = ask()
    redis_server.kill()
    thread = start_running(broker)
    wait_until(lambda: keeper.held)
    services.cancel(job_id=job.pk)
    wait_until(lambda: (keeper.renew(), not keeper.held)[1])
    thread.join(timeout=3)
    assert Job.objects.get(pk=job.pk).state == State.CANCELLED
    redis_server.start()


def test_slot_of_a_stopped_job_is_used_again(broker: Broker) -> None:
    make_server(model="never", slots=1)
    first, second = ask(spec(), spec())
    thread = start_running(broker)
    wait_until(lambda: keeper.held)
    services.cancel(job_id=first.pk)
    thread.join(timeout=3)
    assert Job.objects.get(pk=second.pk).state == State.LEASED


def test_stopping_twice_is_stopping_once(broker: Broker) -> None:
    make_server(slots=1)
    _, job = ask(spec(), spec())
    assert services.cancel(job_id=job.pk).finished_at == services.cancel(job_id=job.pk).finished_at
    assert len(broker.calls("courses.collect")) == 1


def test_stopping_an_unknown_job_says_so() -> None:
    with pytest.raises(Job.DoesNotExist):
        services.cancel(job_id=uuid.uuid4())


def test_of_a_stopped_picture_the_last_preview_is_kept(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    written = BytesIO()
    Image.new("RGB", (48, 32), (9, 9, 200)).save(written, "WEBP")
    request = ImageRequest(prompt="x")
    conversation = runner._Conversation(Job(), Fake(Endpoint("")), request)
    assert conversation.partial() is None
    conversation._pieces = [Delta(preview=b"old"), Delta(preview=written.getvalue()), Delta(progress=0.5)]
    kept = conversation.partial()
    assert isinstance(kept, ImageResult)
    assert kept.finish == "cancelled"
    assert [(picture.width, picture.height) for picture in kept.pictures] == [(48, 32)]
    assert pictures.read(kept.pictures[0].digest).startswith(b"\x89PNG")
