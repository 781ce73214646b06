import threading

import pytest
from django.db import connections, transaction
from pytest_django import Settings

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, spec
from workers.backends.models import ModelAlias
from workers.backends.requests import ChatRequest, EmbedRequest
from workers.events.models import Event
from workers.scheduling.errors import NoSuchAlias, TooManyJobs
from workers.scheduling.intake import seeded
from workers.scheduling.models import Job
from workers.scheduling.spec import JobSpec, Lane
from workers.scheduling.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits", "broker")]


@pytest.fixture(autouse=True)
def alias(db: None) -> ModelAlias:
    return ModelAlias.objects.create(name="chat-small")


def test_same_key_gives_the_same_job() -> None:
    first = ask(spec("a", text="first"), spec("b"))
    again = ask(spec("b"), spec("a", text="second"))
    assert [job.pk for job in again] == [first[1].pk, first[0].pk]
    assert Job.objects.count() == 2
    assert Event.objects.filter(type="job").count() == 2


def test_same_key_of_another_subject_is_another_job() -> None:
    assert ask(spec("a"))[0].pk != ask(spec("a"), subject="attempt:2")[0].pk


@pytest.mark.django_db(transaction=True)
def test_same_key_at_once_gives_one_job() -> None:
    made: list[object] = []

    def submit() -> None:
        made.extend(job.pk for job in ask(spec("a")))
        connections.close_all()

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert Event.objects.filter(type="job").count() == 1


def test_unknown_alias_makes_no_job() -> None:
    with pytest.raises(NoSuchAlias) as caught:
        ask(spec("a"), spec("b", alias="nope"))
    assert caught.value.alias == "nope"
    assert Job.objects.count() == 0


def test_rolled_back_work_is_never_sent(broker: Broker) -> None:
    make_server()
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert Job.objects.count() == 0
    assert broker.sent == []


def test_student_with_too_many_waiting_is_told_when_to_come_back(student: User, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 3
    ask(spec("a"), spec("b"), owner=student)
    with pytest.raises(TooManyJobs) as caught:
        ask(spec("c"), spec("d"), owner=student)
    assert caught.value.retry_after >= 1
    assert Job.objects.count() == 2
    assert len(ask(spec("c"), owner=student)) == 1


def test_repetition_of_what_waits_is_not_counted(student: User, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 1
    [job] = ask(spec("a"), owner=student)
    assert [one.pk for one in ask(spec("a"), owner=student)] == [job.pk]


def test_cap_is_one_students_own(student: User, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 1
    ask(spec("a"), owner=student)
    assert ask(spec("b"), owner=User.objects.create(username="other", email="other@example.org"))


@pytest.mark.parametrize("lane", [Lane.SUBMISSION, Lane.BULK])
def test_accepted_work_has_no_cap(student: User, settings: Settings, lane: Lane) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 1
    assert len(ask(*[spec(lane=lane) for _ in range(5)], owner=student)) == 5


@pytest.mark.django_db(transaction=True)
def test_cap_holds_when_requests_come_at_once(student: User, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 3

    def submit() -> None:
        try:
            ask(spec(), owner=student)
        except TooManyJobs:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Job.objects.filter(state=State.QUEUED).count() == 3


def test_text_that_no_database_takes_is_replaced() -> None:
    [job] = ask(spec(text="a\x00b\ud83dc"))
    job.refresh_from_db()
    assert job.request["messages"][0]["content"] == "a\ufffdb?c"


def test_given_seed_stays() -> None:
    request = spec(seed=0).request
    assert seeded(request) == request


def test_seed_is_chosen_for_answers_only() -> None:
    request = seeded(spec().request)
    assert isinstance(request, ChatRequest)
    assert request.options.seed is not None
    assert seeded(EmbedRequest(texts=["a"])) == EmbedRequest(texts=["a"])


def test_work_for_an_alias_without_a_server_waits() -> None:
    [job] = ask(JobSpec(key="a", alias="chat-small", request=spec().request))
    job.refresh_from_db()
    assert job.state == State.QUEUED
