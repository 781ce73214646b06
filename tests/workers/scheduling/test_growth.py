"""What a run takes beyond its prediction is charged while it runs, and once."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pytest_django import Settings

from tests.workers.scheduling.conftest import Broker, ask, make_server, spec
from workers.backends import errors
from workers.backends.models import ModelAlias, Server
from workers.backends.requests import ChatResult, Timings
from workers.scheduling import dispatch, services, shares
from workers.scheduling.meter import LONGEST_LOAD, Meter
from workers.scheduling.models import Job, PoolLock, Share
from workers.scheduling.states import ACTIVE, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]

USED = st.floats(0.0, 200.0)
STEPS = st.tuples(
    st.sampled_from(["ask", "renew", "dispatch", "finish", "again", "fail", "lose", "stop", "cancel", "back"]),
    st.integers(0, 3),
    USED,
)


def running() -> Job:
    make_server(slots=1)
    [job] = ask()
    assert services.start(job_id=job.pk, token=1, worker="w", manifest={})
    return Job.objects.get(pk=job.pk)


def seconds(taken: float, job: Job) -> set[float]:
    """What the job's shares were given after its worker told of so many seconds; the same for all three of them."""
    services.renew(leases={(job.pk, job.lease_token): taken})
    dispatch.lease_under_lock("text")
    return given_seconds()


def given_seconds() -> set[float]:
    return {round(share.counter * share.weight, 4) for share in Share.objects.filter(parent__isnull=False)}


def in_flight() -> set[float]:
    return {round(share.charged, 4) for share in Share.objects.filter(parent__isnull=False)}


def test_long_run_is_charged_while_it_runs(broker: Broker) -> None:
    job = running()
    assert seconds(20.0, job) == {20.0}
    assert seconds(60.0, job) == {60.0} == in_flight()
    assert Job.objects.get().state == State.RUNNING


def test_run_within_its_prediction_is_charged_nothing_more(broker: Broker) -> None:
    job = running()
    assert seconds(job.charge / 2, job) == {round(job.charge, 4)}


def test_end_counts_what_is_left(broker: Broker) -> None:
    job = running()
    seconds(60.0, job)
    result = ChatResult(text="hi", finish="stop", timings=Timings(prompt=0.5, generation=52.0))
    for _ in range(2):
        services.finish(job_id=job.pk, token=1, result=result, first_output_at=None)
        shares.settle("text")
        assert (given_seconds(), in_flight()) == ({52.5}, {0.0})


def test_server_that_fails_gives_all_of_it_back(broker: Broker) -> None:
    job = running()
    seconds(60.0, job)
    Server.objects.update(paused=True)
    services.fail(job_id=job.pk, token=1, error=errors.ServerFault("x"))
    shares.settle("text")
    assert (given_seconds(), in_flight()) == ({0.0}, {0.0})


def test_next_lease_begins_with_nothing(broker: Broker) -> None:
    job = running()
    seconds(60.0, job)
    services.give_back(job_id=job.pk, token=1)
    again = Job.objects.get()
    assert (again.lease_token, again.charge, again.taken) == (2, job.charge, 0.0)


def test_late_renewal_of_an_older_lease_charges_nothing(broker: Broker) -> None:
    job = running()
    services.give_back(job_id=job.pk, token=1)
    assert seconds(60.0, job) == {round(job.charge, 4)}


def test_each_lease_gets_its_own_seconds(broker: Broker) -> None:
    make_server(slots=2)
    first, second = ask(spec(), spec())
    services.renew(leases={(first.pk, 1): 7.0, (second.pk, 1): 8.0, (uuid.uuid4(), 1): 9.0})
    assert [Job.objects.get(pk=job.pk).taken for job in (first, second)] == [7.0, 8.0]


@pytest.mark.parametrize(("silent", "said"), [(0.0, 60.0), (10.0, 50.0), (45.0, 30.0), (60.0, 30.0)])
def test_meter_leaves_out_what_may_be_loading(silent: float, said: float) -> None:
    now = [100.0]
    meter = Meter(lambda: now[0])
    now[0] += silent
    meter.hear()
    now[0] += 60.0 - silent
    meter.hear()
    assert meter.seconds() == said


def test_meter_of_a_silent_server_runs_after_a_load() -> None:
    now = [0.0]
    meter = Meter(lambda: now[0])
    now[0] = LONGEST_LOAD
    assert meter.seconds() == 0.0
    now[0] += 12.0
    assert meter.seconds() == 12.0


@given(steps=st.lists(STEPS, max_size=25))
@tries(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_books_are_right_in_any_order(broker: Broker, settings: Settings, steps: list[tuple[str, int, float]]) -> None:
    """Charges add up to what was measured, however growing, settling, stopping and losing come one after the other."""
    settings.JOB_MAX_TRIES = 3
    for model in (Job, Share, PoolLock, Server, ModelAlias):
        model.objects.all().delete()
    make_server(slots=3)
    ended: list[tuple[Job, float]] = []
    measured = 0.0
    for what, which, used in [("ask", 0, 0.0), *steps]:
        measured += _step(what, which, used, ended)
        flying = sum(Job.objects.filter(state__in=ACTIVE).values_list("charge", flat=True))
        owed = sum(Job.objects.filter(owed__isnull=False).values_list("charge", flat=True))
        assert all(abs(one - flying - owed) < 1e-3 for one in in_flight())
    while active := list(Job.objects.filter(state__in=ACTIVE)):  # a place that comes free goes to whoever waits
        for job in active:
            services.stop(job_id=job.pk, token=job.lease_token, partial=None)
    for _ in range(2):
        shares.settle("text")
    # One student in one course and one lane: nobody is lifted, so that counters are seconds.
    assert all(one == pytest.approx(measured, abs=1e-3) for one in given_seconds())
    assert all(one == pytest.approx(0.0, abs=1e-3) for one in in_flight())


def _step(what: str, which: int, used: float, ended: list[tuple[Job, float]]) -> float:
    """Seconds that were measured by it."""
    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    Server.objects.update(retry_at=None, health="healthy", connect_failures=0, answer_failures=0)
    if what == "ask":
        ask(subject=uuid.uuid4().hex)
        return 0.0
    if what == "dispatch":
        dispatch.dispatch("text")
        return 0.0
    if what == "again" and ended:
        job, seconds_ = ended[which % len(ended)]
        assert not _finish(job, seconds_ + 1.0)
        services.renew(leases={(job.pk, job.lease_token): used})
        return 0.0
    flying = list(Job.objects.filter(state__in=ACTIVE).order_by("created_at"))
    if not flying:
        return 0.0
    job = flying[which % len(flying)]
    if job.state == State.LEASED:
        services.start(job_id=job.pk, token=job.lease_token, worker="w", manifest={})
        job.refresh_from_db()
    match what:
        case "renew":
            services.renew(leases={(job.pk, job.lease_token): used})
        case "finish":
            ended.append((job, used))
            assert _finish(job, used)
            return used
        case "fail":
            services.fail(job_id=job.pk, token=job.lease_token, error=errors.ServerFault("x"), elsewhere=True)
        case "lose":
            services.lose(job=job)
        case "stop":
            services.stop(job_id=job.pk, token=job.lease_token, partial=None)
        case "cancel":
            services.cancel(job_id=job.pk)
        case "back":
            services.give_back(job_id=job.pk, token=job.lease_token)
    return 0.0


def _finish(job: Job, used: float) -> bool:
    result = ChatResult(text="hi", finish="stop", timings=Timings(prompt=0.0, generation=used))
    return services.finish(job_id=job.pk, token=job.lease_token, result=result, first_output_at=None)


@pytest.mark.django_db(transaction=True)
def test_dispatcher_waits_for_no_worker(broker: Broker) -> None:
    """A worker that holds the row of a run for long does not hold a dispatch up; the next one charges it."""
    job = running()
    services.renew(leases={(job.pk, 1): 60.0})
    if connections["default"].vendor != "postgresql":
        pytest.skip("SQLite writes one transaction after the other")
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(worker="busy")
        other = threading.Thread(target=_dispatch)
        other.start()
        other.join(timeout=5)
        assert not other.is_alive()
    assert given_seconds() == {round(job.charge, 4)}
    dispatch.lease_under_lock("text")
    assert given_seconds() == {60.0}


def _dispatch() -> None:
    dispatch.lease_under_lock("text")
    connections.close_all()
