"""A newer draft takes the place of the one that still waits."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection, connections, transaction
from pytest_django import Settings

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends.models import ModelAlias
from workers.events.models import Event
from workers.scheduling import dispatch
from workers.scheduling.errors import QuotaUsed, TooManyJobs
from workers.scheduling.models import Allowance, Job, Spending
from workers.scheduling.spec import JobSpec
from workers.scheduling.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]


@pytest.fixture(autouse=True)
def alias(db: None) -> None:
    ModelAlias.objects.create(name="chat-small")


def newer(key: str, *older: str) -> JobSpec:
    return replace(spec(key), replaces=older)


def states() -> dict[str, str]:
    return dict(Job.objects.order_by("created_at").values_list("key", "state"))


def test_waiting_draft_is_stopped_and_says_why(broker: Broker, student: User) -> None:
    ask(spec("a"), owner=student)
    [job] = ask(newer("b", "a"), owner=student)
    old = Job.objects.get(key="a")
    assert (old.state, (old.error or {})["code"], old.result) == (State.CANCELLED, "replaced", None)
    assert old.finished_at is not None
    assert Job.objects.get(pk=job.pk).state == State.QUEUED
    assert broker.calls("courses.collect") == [[str(old.pk)]]
    told = Event.objects.filter(data__job=str(old.pk)).order_by("pk").last()
    assert told is not None
    assert (told.data["state"], told.data["code"]) == ("cancelled", "replaced")


def test_draft_that_has_a_slot_runs_on(broker: Broker, student: User) -> None:
    make_server(slots=1)
    ask(spec("a"), owner=student)
    ask(newer("b", "a"), owner=student)
    assert states() == {"a": State.LEASED, "b": State.QUEUED}
    ask(newer("c", "a", "b"), owner=student)
    assert states() == {"a": State.LEASED, "b": State.CANCELLED, "c": State.QUEUED}
    run_all(broker)
    assert states() == {"a": State.DONE, "b": State.CANCELLED, "c": State.DONE}


def test_what_was_reserved_is_free_for_the_newer_one(broker: Broker, student: User, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 1
    Allowance.objects.create(group="course:1", person_tokens=1)
    ask(spec("a"), owner=student)
    with pytest.raises(TooManyJobs):
        ask(spec("other"), owner=student)
    for key, older in (("b", "a"), ("c", "b")):
        ask(newer(key, older), owner=student)
    assert list(Spending.objects.exclude(tokens=0).values_list("job", flat=True)) == [Job.objects.get(key="c").pk]


def test_newer_one_that_is_refused_replaces_nothing(broker: Broker, student: User) -> None:
    ask(spec("a"), owner=student)
    Allowance.objects.create(group="course:1", person_seconds=0)
    with pytest.raises(QuotaUsed):
        ask(newer("b", "a"), owner=student)
    assert states() == {"a": State.QUEUED}
    assert not Spending.objects.get().settled


def test_only_drafts_of_the_same_subject_are_replaced(broker: Broker, student: User) -> None:
    ask(spec("a"), owner=student, subject="attempt:1")
    ask(newer("b", "a"), owner=student, subject="attempt:2")
    assert states() == {"a": State.QUEUED, "b": State.QUEUED}


def test_repetition_replaces_nothing_more(broker: Broker, student: User) -> None:
    ask(spec("a"), owner=student)
    [first] = ask(newer("b", "a"), owner=student)
    ask(newer("c", "b"), owner=student)
    [again] = ask(newer("b", "a", "c"), owner=student)
    assert again.pk == first.pk
    assert states() == {"a": State.CANCELLED, "b": State.CANCELLED, "c": State.QUEUED}


def together(*work: Callable[[], object]) -> None:
    """Each in a thread of its own."""

    def run(one: Callable[[], object]) -> None:
        one()
        connections.close_all()

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_dispatch_at_the_same_moment_leases_it_or_it_is_replaced(broker: Broker, student: User, attempt: int) -> None:
    server = make_server(slots=1)
    type(server).objects.update(paused=True)
    ask(spec("a"), owner=student)
    type(server).objects.update(paused=False)
    together(lambda: dispatch.dispatch("text"), lambda: ask(newer("b", "a"), owner=student))
    dispatch.dispatch("text")
    assert states() in ({"a": State.LEASED, "b": State.QUEUED}, {"a": State.CANCELLED, "b": State.LEASED})
    assert len(broker.runs()) == 1


@pytest.mark.django_db(transaction=True)
def test_draft_that_is_being_leased_is_not_waited_for(broker: Broker, student: User) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one transaction after the other")
    ask(spec("a"), owner=student)
    with transaction.atomic():
        Job.objects.filter(key="a").update(state=State.LEASED)
        together(lambda: ask(newer("b", "a"), owner=student))
    assert states() == {"a": State.LEASED, "b": State.QUEUED}
