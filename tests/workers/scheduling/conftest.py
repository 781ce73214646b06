"""Servers, jobs and a broker that only writes down what it was asked to carry."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from athanor.accounts.models import User
from workers.backends.backend import ModelInfo, Probe
from workers.backends.health import answered
from workers.backends.models import ModelAlias, Route, Server
from workers.backends.requests import ChatOptions, ChatRequest, Message
from workers.scheduling import runner
from workers.scheduling.models import Job
from workers.scheduling.services import enqueue
from workers.scheduling.spec import JobSpec, Lane


@dataclass
class Broker:
    """What was sent, in order; `down` makes it refuse."""

    sent: list[tuple[str, list[Any]]] = field(default_factory=list)
    down: bool = False

    def send_task(self, name: str, args: list[Any], **_options: Any) -> None:
        if self.down:
            raise OperationalError("the broker is down")
        self.sent.append((name, args))

    def runs(self) -> list[list[Any]]:
        return [args for name, args in self.sent if name == "workers.run_job"]

    def calls(self, name: str) -> list[list[Any]]:
        return [args for sent, args in self.sent if sent == name]


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    broker = Broker()
    monkeypatch.setattr(current_app._get_current_object(), "send_task", broker.send_task)  # type: ignore[attr-defined]
    yield broker
    broker.down = True  # threads of the test that are still at work reach nobody


def make_server(
    name: str = "one", *, slots: int = 2, alias: str = "chat-small", model: str = "echo", position: int = 0
) -> Server:
    """A healthy server with the fake adapter, and its route."""
    server = Server.objects.create(name=name, adapter="fake", url=f"http://{name}.invalid", slots=slots)
    models = (ModelInfo(name=model, digest=f"sha256:{model}", loaded=True),)
    answered(server, Probe(version="1", models=models))
    row, _ = ModelAlias.objects.get_or_create(name=alias)
    Route.objects.create(alias=row, server=server, model=model, position=position)
    return server


def spec(
    key: str = "",
    *,
    text: str = "one two three",
    alias: str = "chat-small",
    lane: Lane = Lane.INTERACTIVE,
    **options: Any,
) -> JobSpec:
    timeout = options.pop("timeout", 300.0)
    request = ChatRequest(messages=[Message(role="user", content=text)], options=ChatOptions(**options))
    return JobSpec(key=key or uuid.uuid4().hex, alias=alias, request=request, lane=lane, timeout=timeout)


Enqueue = Callable[..., list[Job]]


def ask(*specs: JobSpec, owner: User | None = None, subject: str = "attempt:1") -> list[Job]:
    return enqueue(
        subject=subject,
        channel=subject,
        specs=specs or [spec()],
        on_done="courses.collect",
        owner_id=owner.pk if owner else None,
        share_group="course:1",
    )


def run_all(broker: Broker) -> None:
    """What a Celery worker does with the messages, until there are none."""
    while broker.runs():
        messages = broker.runs()
        broker.sent = [one for one in broker.sent if one[0] != "workers.run_job"]
        for job, token in messages:
            runner.run(job_id=job, token=token)


@pytest.fixture
def student(db: None) -> User:
    return User.objects.create(username="student", email="student@example.org")
