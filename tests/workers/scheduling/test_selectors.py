from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends import messages
from workers.backends.models import ModelAlias, Server, ServerModel
from workers.backends.requests import ChatResult, Timings
from workers.scheduling import selectors, services
from workers.scheduling.dispatch import dispatch
from workers.scheduling.forecast import LONG, forecast
from workers.scheduling.models import Job
from workers.scheduling.spec import Lane
from workers.scheduling.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]


def measure(seconds: float, count: int = 5) -> None:
    """Jobs that took so long."""
    now = timezone.now()
    common = {"channel": "c", "pool": "text", "lane": "interactive", "alias": "chat-small", "request": {}, "timeout": 1}
    Job.objects.bulk_create(
        Job(
            subject="old",
            key=str(n),
            state="done",
            started_at=now - timedelta(seconds=seconds),
            finished_at=now,
            **common,
        )
        for n in range(count)
    )


def test_position_counts_those_before(broker: Broker) -> None:
    make_server(slots=1)
    jobs = ask(spec("a"), spec("b"), spec("c"))
    live = ask(spec(lane=Lane.LIVE), subject="live")
    bulk = ask(spec(lane=Lane.BULK), subject="bulk")
    places = {job.key: selectors.waiting(Job.objects.get(pk=job.pk)).position for job in [*jobs, *live, *bulk]}
    assert places == {"a": 0, "b": 2, "c": 3, live[0].key: 1, bulk[0].key: 4}


def test_job_that_is_leased_starts(broker: Broker) -> None:
    make_server()
    [job] = ask()
    job.refresh_from_db()
    assert selectors.waiting(job) == selectors.Waiting(0, 0, (0.0, 1.0), "starting")


def test_eta_is_a_range_from_measured_times(broker: Broker) -> None:
    make_server(slots=1)
    measure(4.0)
    jobs = ask(spec(), spec(), spec())
    eta = selectors.waiting(Job.objects.get(pk=jobs[2].pk)).eta
    assert eta == (pytest.approx(4.0), pytest.approx(8.0))


def test_eta_is_unknown_before_anything_was_measured(broker: Broker) -> None:
    make_server(slots=1)
    jobs = ask(spec(), spec())
    assert selectors.waiting(Job.objects.get(pk=jobs[1].pk)).eta is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"health": "down"}, "no_server"), ({"paused": True}, "paused"), ({"enabled": False}, "no_route"), ({}, "queue")],
)
def test_reason_of_waiting(broker: Broker, change: dict[str, object], reason: str) -> None:
    make_server(slots=1)
    ask()
    Server.objects.update(**change)
    [job] = ask(subject="late")
    waiting = selectors.waiting(Job.objects.get(pk=job.pk))
    assert waiting.reason == reason
    assert reason in messages.REASONS


def test_alias_without_servers_says_so(broker: Broker) -> None:
    ModelAlias.objects.create(name="chat-small")
    [job] = ask()
    assert selectors.waiting(job).reason == "no_route"


def test_model_that_is_not_loaded_is_said(broker: Broker) -> None:
    make_server(slots=1)
    ServerModel.objects.update(loaded=False)
    jobs = ask(spec(), spec())
    assert selectors.waiting(Job.objects.get(pk=jobs[1].pk)).reason == "loading"


def test_pause_before_a_retry_is_said(broker: Broker) -> None:
    make_server(model="fault")
    [job] = ask()
    run_all(broker)
    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert selectors.waiting(job).reason == "retry"


def test_overview_shows_servers_and_queue(broker: Broker, student: User) -> None:
    server = make_server(slots=1)
    jobs = ask(spec(), spec(), owner=student)
    found = selectors.overview("text")
    assert [(load.server, load.slots, load.busy, load.health, load.loaded) for load in found.servers] == [
        (server, 1, 1, "healthy", ("echo",))
    ]
    assert (found.running, found.queued) == (1, 1)
    assert [(entry.job, entry.position, entry.owner_id) for entry in found.entries] == [
        (jobs[0].pk, 0, student.pk),
        (jobs[1].pk, 1, student.pk),
    ]


def test_overview_has_the_same_number_of_queries_for_any_number_of_rows(
    broker: Broker, django_assert_max_num_queries: object
) -> None:
    for name in ("a", "b", "c"):
        make_server(name, slots=1)
    ask(*[spec() for _ in range(20)])
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        selectors.overview("text")


def test_pools_are_those_that_somebody_uses(broker: Broker) -> None:
    assert selectors.pools() == []
    make_server()
    assert selectors.pools() == ["text"]
    Server.objects.update(enabled=False)
    ask()
    assert selectors.pools() == ["text"]


def test_who_is_at_the_own_cap_is_told_so(broker: Broker, student: User, settings: Settings) -> None:
    settings.JOBS_IN_FLIGHT_PER_STUDENT = 1
    make_server(slots=2)
    first, second = ask(spec(), spec(), owner=student)
    [other] = ask(owner=User.objects.create(username="other", email="other@example.org"), subject="other")
    assert [Job.objects.get(pk=job.pk).state for job in (first, second, other)] == ["leased", "queued", "leased"]
    assert selectors.waiting(Job.objects.get(pk=second.pk)).reason == "own"
    Server.objects.update(paused=True)
    assert selectors.waiting(Job.objects.get(pk=second.pk)).reason == "paused"
    Server.objects.update(paused=False)
    services.cancel(job_id=second.pk)
    services.give_back(job_id=first.pk, token=1, delay=60)
    assert selectors.waiting(Job.objects.get(pk=first.pk)).reason == "queue"


def test_position_is_the_one_that_the_policy_will_give(broker: Broker, settings: Settings) -> None:
    settings.JOBS_IN_FLIGHT_PER_STUDENT = settings.JOBS_QUEUED_PER_STUDENT = 99
    people = User.objects.bulk_create([User(username=f"u{n}", email=f"u{n}@example.org") for n in range(4)])
    make_server(slots=1)
    Server.objects.update(paused=True)
    for number in range(20):
        owner = people[min(number % 7, 3)]
        ask(spec(max_tokens=10 + 40 * (number % 3)), owner=owner, subject=f"s{number}")
    Server.objects.update(paused=False)
    expected = forecast("text").jobs
    served = []
    for _ in range(20):
        dispatch("text")
        [job] = Job.objects.filter(state=State.LEASED)
        served.append(job.pk)
        services.start(job_id=job.pk, token=job.lease_token, worker="w", manifest={})
        told = ChatResult(text="", finish="stop", timings=Timings(generation=job.expected_seconds))
        services.finish(job_id=job.pk, token=job.lease_token, result=told, first_output_at=None)
    assert tuple(served) == expected


def test_long_queue_is_read_once_for_many_who_ask(broker: Broker, django_assert_max_num_queries: object) -> None:
    ModelAlias.objects.create(name="chat-small")
    jobs = ask(*[spec(lane=Lane.SUBMISSION) for _ in range(LONG + 1)])
    assert forecast("text", jobs[0].pk).places[jobs[-1].pk] == LONG + 1
    with django_assert_max_num_queries(0):  # type: ignore[operator]
        assert forecast("text", jobs[5].pk).places[jobs[5].pk] == 6
    [late] = ask(subject="late")
    assert forecast("text", late.pk).places[late.pk] == 1
