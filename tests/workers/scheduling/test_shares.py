"""Counters in rows: charged once, put right once, and the order of service that they make."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends import errors
from workers.backends.models import ModelAlias, Server
from workers.backends.requests import ChatResult, Timings
from workers.scheduling import policy, runner, services, shares
from workers.scheduling.dispatch import dispatch
from workers.scheduling.models import Job, PoolLock, Share
from workers.scheduling.spec import Lane
from workers.scheduling.states import ACTIVE, State
from workers.scheduling.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]

RESULT = ChatResult(text="hi", finish="stop", timings=Timings(load=9.0, prompt=0.5, generation=2.0))


def people(count: int) -> list[User]:
    return User.objects.bulk_create([User(username=f"u{n}", email=f"u{n}@example.org") for n in range(count)])


def counters() -> set[float]:
    """Of the leaf, its group and its lane, in seconds."""
    shares.settle("text")
    return {round(share.counter * share.weight, 6) for share in Share.objects.filter(parent__isnull=False)}


def leased() -> Job:
    make_server(slots=1)
    [job] = ask()
    return Job.objects.get(pk=job.pk)


def running() -> Job:
    job = leased()
    assert services.start(job_id=job.pk, token=1, worker="w", manifest={})
    return Job.objects.get(pk=job.pk)


def test_dispatch_charges_what_is_expected(broker: Broker) -> None:
    job = leased()
    assert job.charge == job.expected_seconds > 0
    assert counters() == {job.charge}


def test_answer_costs_what_the_server_says_without_loading(broker: Broker) -> None:
    job = running()
    assert services.finish(job_id=job.pk, token=1, result=RESULT, first_output_at=None)
    assert counters() == {2.5}


def test_server_that_tells_no_times_costs_the_time_that_passed(broker: Broker) -> None:
    job = running()
    result = ChatResult(text="hi", finish="stop", timings=Timings(load=1.0))
    services.finish(job_id=job.pk, token=1, result=result, first_output_at=None, ran=4.0)
    assert counters() == {3.0}


def test_result_that_comes_twice_costs_once(broker: Broker) -> None:
    job = running()
    for _ in range(3):
        services.finish(job_id=job.pk, token=1, result=RESULT, first_output_at=None)
        assert counters() == {2.5}


def test_stop_before_the_first_word_costs_nothing(broker: Broker) -> None:
    job = running()
    services.stop(job_id=job.pk, token=1, partial=None)
    assert counters() == {0.0}


def test_stop_in_the_middle_costs_what_was_written(broker: Broker) -> None:
    job = running()
    services.stop(job_id=job.pk, token=1, partial=RESULT, first_output_at=timezone.now(), used=2.0)
    assert counters() == {2.0}


def test_job_that_never_left_the_queue_costs_nothing(broker: Broker) -> None:
    make_server(slots=1)
    first, second = ask(spec(), spec())
    services.cancel(job_id=second.pk)
    assert counters() == {Job.objects.get(pk=first.pk).charge}


@pytest.mark.parametrize(
    "error", [errors.ServerFault("x"), errors.Busy("x"), errors.Unreachable("x"), errors.RequestRefused("x")]
)
def test_failure_costs_nothing(broker: Broker, error: errors.BackendError) -> None:
    job = running()
    Server.objects.update(paused=True)
    assert services.fail(job_id=job.pk, token=1, error=error)
    assert counters() == {0.0}


def test_expired_lease_costs_nothing_and_the_next_one_costs_again(broker: Broker) -> None:
    job = running()
    Job.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    again = Job.objects.get()
    assert (again.state, again.lease_token, again.charge) == (State.LEASED, 2, job.charge)
    assert counters() == {job.charge}


def test_broker_that_is_down_costs_nothing(broker: Broker) -> None:
    broker.down = True
    make_server()
    ask()
    assert Job.objects.get().state == State.QUEUED
    assert counters() == {0.0}


def test_lease_that_somebody_else_prevented_costs_nothing(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    make_server()
    real = shares.write

    def cancel_meanwhile(choice: policy.Choice) -> None:
        real(choice)
        Job.objects.update(state=State.CANCELLED)

    monkeypatch.setattr(shares, "write", cancel_meanwhile)
    ask()
    assert Job.objects.get().charge == 0.0
    assert counters() == {0.0}


def test_greedy_student_holds_nobody_up(broker: Broker, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 1000
    greedy, *others = people(21)
    server = make_server(slots=4)
    Server.objects.update(paused=True)
    ask(*[spec() for _ in range(200)], owner=greedy, subject="greedy")
    Server.objects.filter(pk=server.pk).update(paused=False)
    dispatch("text")
    assert len(broker.runs()) == 2  # its cap
    for other in others:
        ask(owner=other, subject=f"other {other.pk}")
    order = []
    while broker.runs():
        messages, broker.sent = broker.runs(), []
        for job, token in messages:
            order.append(Job.objects.values_list("owner", flat=True).get(pk=job))
            runner.run(job_id=job, token=token)
        if {other.pk for other in others} <= set(order):
            break
    assert order.count(greedy.pk) <= 4


def test_courses_share_before_students_do(broker: Broker) -> None:
    one, *many = people(4)
    make_server(slots=1)
    Server.objects.update(paused=True)
    for number, student in enumerate(many):
        services.enqueue(
            subject=f"m{number}", channel="c", specs=[spec() for _ in range(3)], on_done="", owner_id=student.pk,
            share_group="course:2", local_only=False,
        )  # fmt: skip
    services.enqueue(
        subject="o", channel="c", specs=[spec() for _ in range(3)], on_done="", owner_id=one.pk,
        share_group="course:1", local_only=False,
    )  # fmt: skip
    Server.objects.update(paused=False)
    dispatch("text")
    run_all(broker)
    order = Job.objects.order_by("started_at").values_list("share_group", flat=True)
    assert sorted(order[:6]) == ["course:1"] * 3 + ["course:2"] * 3


def test_weight_of_a_course_counts(broker: Broker) -> None:
    student = people(1)[0]
    shares.set_weight(pool="text", group="course:1", weight=2.0)
    make_server()
    [job] = ask(owner=student)
    charged = Job.objects.get(pk=job.pk).charge
    group = Share.objects.get(key="text:interactive:*:course:1")
    assert (group.weight, group.counter) == (2.0, charged / 2)
    with pytest.raises(ValueError, match="positive"):
        shares.set_weight(pool="text", group="course:1", weight=0.0)


def test_new_share_begins_where_the_others_are(broker: Broker) -> None:
    old, new = people(2)
    make_server(slots=1)
    for number in range(5):
        ask(owner=old, subject=f"old {number}")
        run_all(broker)
    ask(owner=old, subject="last")
    group = Share.objects.get(key="text:interactive:*:course:1")
    ask(owner=new, subject="new")
    dispatch("text")
    assert Share.objects.get(owner=new).counter >= group.floor
    assert Share.objects.get(owner=new).counter >= Share.objects.get(owner=old).floor


def test_shares_without_work_are_forgotten(broker: Broker) -> None:
    make_server(slots=1)
    for student in people(3):
        ask(owner=student, subject=f"s{student.pk}")
    run_all(broker)
    dispatch("text")
    ModelAlias.objects.create(name="nowhere")
    ask(spec(alias="nowhere", lane=Lane.BULK), subject="stuck")
    dispatch("text")
    assert sorted(Share.objects.filter(waiting=True).values_list("key", flat=True)) == [
        "text", "text:bulk", "text:bulk:*:course:1", "text:bulk:-:course:1",
    ]  # fmt: skip


def test_one_that_can_start_is_found_behind_many_that_rest(broker: Broker) -> None:
    *resting, able = people(80)
    ModelAlias.objects.create(name="chat-small")
    for student in resting:
        ask(owner=student, subject=f"r{student.pk}")
    Job.objects.update(not_before=timezone.now() + timedelta(minutes=5))
    ask(owner=able, subject="able")
    make_server(slots=1)
    assert dispatch("text") == 1
    assert Job.objects.get(state__in=ACTIVE).owner == able


def test_jobs_that_somebody_else_made_are_found(broker: Broker) -> None:
    """Rows of before there were shares."""
    make_server(slots=1)
    [job] = ask()
    Job.objects.filter(pk=job.pk).update(state=State.QUEUED, share=None, in_line=False, charge=0)
    Share.objects.all().delete()
    assert dispatch("text") == 1


def test_dispatcher_remembers_the_model_of_a_server(broker: Broker) -> None:
    server = make_server()
    ask()
    assert PoolLock.objects.get().servers[str(server.pk)]["model"] == "echo"


@pytest.mark.parametrize("seed", range(4))
def test_everything_ends_and_the_books_are_right(broker: Broker, settings: Settings, seed: int) -> None:
    """Whatever happens to jobs: in the end each share was charged what its answers took."""
    settings.JOBS_QUEUED_PER_STUDENT = 100
    chance = random.Random(seed)
    students = people(4)
    make_server("a", slots=2)
    make_server("b", slots=1, position=1)
    spent = 0.0
    for step in range(40):
        match chance.choice(["ask", "ask", "finish", "fail", "lose", "stop", "cancel"]):
            case "ask":
                lane = chance.choice([Lane.INTERACTIVE, Lane.SUBMISSION])
                ask(spec(lane=lane), owner=chance.choice(students), subject=f"{step}")
            case "cancel":
                if job := Job.objects.filter(state=State.QUEUED).first():
                    services.cancel(job_id=job.pk)
            case what:
                spent += _end(what)
    Server.objects.update(retry_at=None, health="healthy", connect_failures=0, answer_failures=0)
    for _ in range(100):
        Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        dispatch("text")
        spent += _end("finish")
    assert not Job.objects.filter(state__in=[*ACTIVE, State.QUEUED]).exists()
    shares.settle("text")
    lanes = Share.objects.filter(group="", parent__isnull=False)
    given = sum(share.counter * share.weight for share in lanes)
    assert Job.objects.filter(owed__isnull=False).count() == 0
    assert all(abs(share.charged) < 1e-6 for share in Share.objects.all())
    assert given >= spent - 1e-6  # lifts only add


def _end(what: str) -> float:
    job = Job.objects.filter(state__in=ACTIVE).first()
    if job is None:
        return 0.0
    if job.state == State.LEASED:
        services.start(job_id=job.pk, token=job.lease_token, worker="w", manifest={})
    match what:
        case "finish":
            services.finish(job_id=job.pk, token=job.lease_token, result=RESULT, first_output_at=None)
            return 2.5
        case "fail":
            services.fail(job_id=job.pk, token=job.lease_token, error=errors.ServerFault("x"), elsewhere=True)
        case "lose":
            job.refresh_from_db()
            services.lose(job=job)
        case "stop":
            services.stop(job_id=job.pk, token=job.lease_token, partial=None)
    return 0.0
