import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends import breakers, errors, health
from workers.backends.models import ModelAlias, Route, Server
from workers.scheduling import shares
from workers.scheduling.dispatch import dispatch
from workers.scheduling.models import Job
from workers.scheduling.spec import Lane
from workers.scheduling.states import ACTIVE, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]


def waiting(count: int, **fields: object) -> list[Job]:
    """Queued rows, made directly: nothing is dispatched."""
    ModelAlias.objects.get_or_create(name="chat-small")
    request = spec().request.model_dump(mode="json")
    start = timezone.now() - timedelta(hours=1)
    common = {"subject": "s", "channel": "c", "pool": "text", "lane": "interactive", "alias": "chat-small"}
    rows = [
        Job(**{**common, "key": f"{n}-{len(fields)}", "request": request, "timeout": 60, **fields})
        for n in range(count)
    ]
    for number, row in enumerate(rows):
        row.created_at = start + timedelta(seconds=number)
    return Job.objects.bulk_create(rows)


def test_message_carries_the_job_and_its_token(broker: Broker) -> None:
    make_server()
    [job] = ask()
    job.refresh_from_db()
    assert (job.state, job.lease_token) == (State.LEASED, 1)
    assert broker.runs() == [[str(job.pk), 1]]
    assert job.lease_expires_at is not None


def test_no_more_leases_than_slots(broker: Broker) -> None:
    make_server(slots=3)
    waiting(10)
    assert [dispatch("text"), dispatch("text")] == [3, 0]
    assert len(broker.runs()) == 3


def test_a_slot_that_gets_free_is_used_at_once(broker: Broker) -> None:
    make_server(slots=1)
    ask(*[spec() for _ in range(3)])
    assert len(broker.runs()) == 1
    run_all(broker)
    assert Counter(Job.objects.values_list("state", flat=True)) == {State.DONE: 3}


@pytest.mark.django_db(transaction=True)
def test_twenty_dispatchers_at_once_never_exceed_the_slots(broker: Broker) -> None:
    servers = [make_server(name, slots=slots, position=slots) for name, slots in (("a", 3), ("b", 4))]
    waiting(40)
    start = threading.Barrier(20)

    def work() -> None:
        start.wait()
        dispatch("text")
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    busy = Counter(Job.objects.filter(state__in=ACTIVE).values_list("server__name", flat=True))
    assert busy == {server.name: server.slots for server in servers}
    assert len(broker.runs()) == len({tuple(args) for args in broker.runs()}) == 7


def test_owner_has_no_more_in_flight_than_allowed(broker: Broker, student: User, settings: Settings) -> None:
    settings.JOBS_IN_FLIGHT_PER_STUDENT = 2
    make_server(slots=8)
    waiting(200, owner=student)
    other = User.objects.create(username="other", email="other@example.org")
    waiting(1, owner=other, subject="other")
    assert dispatch("text") == 3
    assert Counter(Job.objects.filter(state=State.LEASED).values_list("owner", flat=True)) == {
        student.pk: 2,
        other.pk: 1,
    }


def test_dead_alias_does_not_block_others(broker: Broker) -> None:
    ModelAlias.objects.create(name="nowhere")
    waiting(200, alias="nowhere")
    make_server()
    [job] = waiting(1, subject="other")
    assert dispatch("text") == 1
    job.refresh_from_db()
    assert job.state == State.LEASED


def test_urgent_work_goes_before_what_came_earlier(broker: Broker) -> None:
    waiting(100, lane=Lane.BULK.value)
    [live] = waiting(1, lane=Lane.LIVE.value, subject="live")
    make_server(slots=1)
    dispatch("text")
    assert [args[0] for args in broker.runs()] == [str(live.pk)]


def test_job_that_rests_is_passed_over(broker: Broker) -> None:
    waiting(1, not_before=timezone.now() + timedelta(minutes=1))
    make_server()
    assert dispatch("text") == 0


@pytest.mark.parametrize(
    "change",
    [{"paused": True}, {"draining": True}, {"enabled": False}, {"health": "down"}, {"health": "misconfigured"}],
)
def test_server_that_may_not_work_gets_nothing(broker: Broker, change: dict[str, object]) -> None:
    server = make_server()
    Server.objects.filter(pk=server.pk).update(**change)
    waiting(1)
    assert dispatch("text") == 0


def test_server_that_rests_gets_nothing_until_it_has_rested(broker: Broker) -> None:
    server = make_server()
    health.failed(server, errors.Busy("later"))
    waiting(1)
    assert dispatch("text") == 0
    Server.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert dispatch("text") == 1


def test_next_place_of_the_route_takes_what_the_first_cannot(broker: Broker) -> None:
    make_server("first", slots=1, position=0)
    make_server("second", slots=1, position=1)
    jobs = waiting(2)
    dispatch("text")
    found = [Job.objects.get(pk=job.pk) for job in jobs]
    assert [(job.server.name if job.server else "", job.manifest["route"]) for job in found] == [
        ("first", "first"),
        ("second", "free"),
    ]


def test_broker_that_is_down_gives_the_leases_back(broker: Broker) -> None:
    broker.down = True
    make_server(slots=4)
    jobs = ask(*[spec() for _ in range(6)])
    states = [(job.state, job.tries) for job in Job.objects.all()]
    assert states == [(State.QUEUED, 0)] * 6
    broker.down = False
    Job.objects.update(not_before=timezone.now())
    assert dispatch("text") == 4
    assert len(jobs) == 6


def test_pool_without_work_takes_no_lock(broker: Broker) -> None:
    make_server()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert dispatch("text") == 0
    assert len(queries) == 1


def test_ten_thousand_waiting_jobs_cost_no_more_queries(broker: Broker) -> None:
    make_server(slots=2)
    students = User.objects.bulk_create([User(username=f"s{n}", email=f"s{n}@example.org") for n in range(100)])
    for number, student in enumerate(students[:2]):
        waiting(2, owner=student, subject=f"few {number}")
    shares.line_up("text")
    with CaptureQueriesContext(connection) as few:
        assert dispatch("text") == 2
    Job.objects.all().delete()
    for number, student in enumerate(students):
        waiting(100, owner=student, subject=f"many {number}")
    shares.line_up("text")
    with CaptureQueriesContext(connection) as many:
        assert dispatch("text") == 2
    assert len(many) <= len(few) + 2


def test_same_alias_for_another_task_takes_another_model(broker: Broker) -> None:
    server = make_server(model="echo")
    server.models.create(name="embed", capabilities=["embed"], seen_at=timezone.now())
    Route.objects.update(model="")
    waiting(1)
    waiting(1, request={"task": "embed", "texts": ["a"]}, purpose="embed", subject="other")
    dispatch("text")
    assert sorted(Job.objects.values_list("model", flat=True)) == ["echo", "embed"]


def test_server_on_trial_gets_one_job_at_a_time(broker: Broker) -> None:
    make_server(slots=4)
    Server.objects.update(answer_failures=breakers.FAULTS_BEFORE_REST)
    ask(spec(), spec(), spec())
    assert len(broker.runs()) == 1
    run_all(broker)  # it succeeds: the others may go together
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert Server.objects.get().answer_failures == 0
