from datetime import timedelta

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends import messages
from workers.backends.models import ModelAlias, Server, ServerModel
from workers.scheduling import selectors
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
    [({"health": "down"}, "no_server"), ({"paused": True}, "paused"), ({"enabled": False}, "no_server"), ({}, "queue")],
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
    assert selectors.waiting(job).reason == "no_server"


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
