"""Servers, jobs and a broker that only writes down what it was asked to carry."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.db.transaction import Atomic
from kombu.exceptions import OperationalError

from athanor.accounts.models import User
from workers.backends.backend import ModelInfo, Probe
from workers.backends.health import answered
from workers.backends.models import ModelAlias, Route, Server
from workers.backends.requests import ChatOptions, ChatRequest, Message
from workers.scheduling import runner
from workers.scheduling.keeper import keeper
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


@pytest.fixture
def commits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hooks run as if each outermost block committed, while the test's own transaction stays open.

    Emptying every table after a test takes PostgreSQL longer than the test. Tests with threads still commit.
    """
    if not connection.in_atomic_block:
        return  # the test commits
    depth = len(connection.savepoint_ids)
    leave, later = Atomic.__exit__, connection.on_commit

    def exit_and_run(self: Atomic, *error: Any) -> None:
        leave(self, *error)
        while len(connection.savepoint_ids) == depth and connection.run_on_commit:
            connection.run_on_commit.pop(0)[1]()

    def now_or_later(hook: Callable[[], object], robust: bool = False) -> None:
        if len(connection.savepoint_ids) == depth:
            hook()
        else:
            later(hook, robust)

    monkeypatch.setattr(Atomic, "__exit__", exit_and_run)
    monkeypatch.setattr(connection, "on_commit", now_or_later)
    # Another thread sees none of the test's rows and would take every lease for lost.
    monkeypatch.setattr(keeper, "_renew_safely", lambda: None)


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


def ask(*specs: JobSpec, owner: User | None = None, subject: str = "attempt:1", local_only: bool = False) -> list[Job]:
    return enqueue(
        subject=subject,
        channel=subject,
        specs=specs or [spec()],
        on_done="courses.collect",
        owner_id=owner.pk if owner else None,
        share_group="course:1",
        local_only=local_only,
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
