"""Clocks that jump; messages that come twice, late, early and in any order: nothing is lost or paid twice."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pytest_django import Settings

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from tests.workers.scheduling.test_cancel import start_running, wait_until
from workers.backends.models import ModelAlias, Server
from workers.events.tasks import forget_old_events
from workers.scheduling import runner, selectors, services, shares, tasks
from workers.scheduling.keeper import keeper
from workers.scheduling.models import Job, PoolLock, Share, Spending
from workers.scheduling.states import ACTIVE, TERMINAL, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]

HOUR = 3600
STEPS = st.tuples(
    st.sampled_from(["ask", "run", "again", "stale", "to come", "sweep", "probe", "forget", "jump", "cancel"]),
    st.integers(-2 * HOUR, 2 * HOUR),
)


class Clock:
    """The wall's, which somebody sets."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self._now = timezone.now

    def now(self) -> datetime:
        return self._now() + self.offset

    def jump(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    return clock


def shares_seconds() -> list[float]:
    shares.settle("text")
    return [share.counter * share.weight for share in Share.objects.filter(parent__isnull=False)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_jump_in_mid_answer_costs_nobody_an_hour(broker: Broker, clock: Clock, student: User, seconds: int) -> None:
    make_server(model="slow", slots=1)
    [job] = ask(spec(text="a b c d e f g h"), owner=student)
    thread = start_running(broker)
    wait_until(lambda: Job.objects.get(pk=job.pk).state == State.RUNNING)
    clock.jump(seconds)
    thread.join(timeout=10)
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.tries) == (State.DONE, 1)
    assert all(0 <= one < 10 for one in shares_seconds())
    assert 0 <= Spending.objects.get().seconds < 10


@pytest.mark.django_db(transaction=True)
def test_jump_before_a_stop_costs_nobody_an_hour(broker: Broker, clock: Clock, student: User) -> None:
    make_server(model="slow", slots=1)
    [job] = ask(spec(text="word " * 500), owner=student)
    thread = start_running(broker)
    wait_until(lambda: any(lease.meter.since_first() > 0 for lease in keeper.held.values()))
    clock.jump(HOUR)
    services.cancel(job_id=job.pk)
    thread.join(timeout=10)
    assert Job.objects.get(pk=job.pk).state == State.CANCELLED
    assert all(0 <= one < 10 for one in shares_seconds())
    assert 0 <= Spending.objects.get().seconds < 10


@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_who_waits_is_told_no_nonsense_after_a_jump(broker: Broker, clock: Clock, seconds: int) -> None:
    make_server(slots=1)
    ask(spec(), spec())
    run_all(broker)
    ask(spec(), subject="a")
    [job] = ask(spec(), subject="b")
    clock.jump(seconds)
    waiting = selectors.waiting(Job.objects.get(pk=job.pk))
    assert waiting.position >= 1
    assert waiting.eta is None or 0 <= waiting.eta[0] <= waiting.eta[1] < HOUR


@given(steps=st.lists(STEPS, max_size=20))
@tries(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_paid_twice(
    broker: Broker, clock: Clock, settings: Settings, student: User, steps: list[tuple[str, int]]
) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 100
    for model in (Job, Share, PoolLock, Server, ModelAlias, Spending):
        model.objects.all().delete()
    broker.sent.clear()
    clock.offset = timedelta()
    make_server(slots=2)
    delivered: list[list[Any]] = []
    results: dict[str, Any] = {}
    for what, number in [("ask", 0), *steps]:
        _step(what, number, broker, clock, student, delivered)
        for pk, result in Job.objects.filter(state__in=TERMINAL).values_list("pk", "result"):
            assert results.setdefault(str(pk), result) == result  # a final state is final
        assert Job.objects.filter(state__in=ACTIVE).count() <= 2
    for _ in range(30):
        # However long it takes: leases end, pauses end, and the sweep does the rest.
        clock.jump(120)
        tasks.sweep()
        run_all(broker)
    left = Job.objects.exclude(state__in=[State.DONE, State.CANCELLED])
    assert not left.exists()
    assert all(job.tries == 1 for job in Job.objects.filter(state=State.DONE))
    assert Spending.objects.filter(settled=True).count() == Job.objects.count() == Spending.objects.count()
    assert all(0 <= one < 10 for one in shares_seconds())
    assert all(abs(share.charged) < 1e-6 for share in Share.objects.all())


def _step(what: str, number: int, broker: Broker, clock: Clock, student: User, delivered: list[list[Any]]) -> None:
    jobs = list(Job.objects.order_by("created_at"))
    job = jobs[number % len(jobs)] if jobs else None
    match what:
        case "ask":
            ask(spec(), owner=student, subject=uuid.uuid4().hex)
        case "run" if broker.runs():  # any of them, the last one first
            args = broker.runs()[number % len(broker.runs())]
            broker.sent.remove(("workers.run_job", args))
            delivered.append(args)
            tasks.run_job(*args)
        case "again" if delivered:
            tasks.run_job(*delivered[number % len(delivered)])
        case "stale" | "to come" if job is not None:
            tasks.run_job(str(job.pk), job.lease_token + (1 if what == "to come" else -1))
        case "sweep":
            tasks.sweep()
        case "probe":
            tasks.probe_servers()
        case "forget":
            forget_old_events()
        case "jump":
            clock.jump(number)
        case "cancel" if job is not None:
            services.cancel(job_id=job.pk)


def test_message_before_its_lease_runs_nothing(broker: Broker) -> None:
    make_server()
    [job] = ask()
    runner.run(job_id=job.pk, token=2)
    runner.run(job_id=uuid.uuid4(), token=1)
    assert Job.objects.get(pk=job.pk).state == State.LEASED
