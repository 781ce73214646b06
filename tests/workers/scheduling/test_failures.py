"""Servers that fail, and what becomes of the work."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends import loop
from workers.backends.backend import Delta
from workers.backends.models import Server
from workers.events.models import Event
from workers.events.whisper import Whisper
from workers.scheduling.dispatch import dispatch
from workers.scheduling.models import Job
from workers.scheduling.states import State
from workers.scheduling.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]


def rest() -> None:
    """All pauses are over."""
    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    Server.objects.update(retry_at=None, health="healthy", connect_failures=0, answer_failures=0)


def run_until_it_rests(broker: Broker) -> Job:
    run_all(broker)
    return Job.objects.get()


def test_server_fault_is_tried_three_times_then_given_up(broker: Broker) -> None:
    make_server(model="fault")
    ask()
    tries = []
    for _ in range(4):
        job = run_until_it_rests(broker)
        tries.append((job.tries, job.state))
        rest()
        dispatch("text")
    assert tries == [(1, "queued"), (2, "queued"), (3, "dead"), (3, "dead")]
    job = Job.objects.get()
    assert (job.error or {})["code"] == "server_fault"
    assert [event.data["job"] for event in Event.objects.filter(channel="staff")] == [str(job.pk)]
    assert broker.calls("courses.collect") == [[str(job.pk)]]


@pytest.mark.parametrize("model", ["fault", "interrupted", "unreachable", "busy"])
def test_another_server_finishes_what_one_failed(broker: Broker, model: str) -> None:
    make_server("bad", model=model, position=0)
    make_server("good", model="echo", position=1)
    ask(spec(text="a b c"))
    run_all(broker)
    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    dispatch("text")
    run_all(broker)
    job = Job.objects.get()
    assert (job.state, job.manifest["server"], (job.result or {})["text"]) == ("done", "good", "a b c")
    assert job.error is None


@pytest.mark.parametrize("model", ["unreachable", "busy"])
def test_waiting_for_a_server_is_never_counted(broker: Broker, model: str) -> None:
    make_server(model=model)
    ask()
    for _ in range(6):
        job = run_until_it_rests(broker)
        assert (job.state, job.tries) == ("queued", 0)
        rest()
        dispatch("text")


def test_down_server_gets_no_more_work(broker: Broker) -> None:
    make_server(model="unreachable")
    ask()
    run_all(broker)
    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert Server.objects.get().health == "down"
    assert dispatch("text") == 0


def test_wrong_request_fails_at_once(broker: Broker) -> None:
    make_server("one", model="refused", position=0)
    make_server("two", model="echo", position=1)
    ask()
    job = run_until_it_rests(broker)
    assert (job.state, job.tries) == ("failed", 1)
    assert job.error == {
        "code": "request_refused",
        "fault": "request",
        "detail": "the model is called refused",
        "facts": {},
    }


@pytest.mark.parametrize(("model", "state"), [("missing", "failed"), ("misconfigured", "queued")])
def test_wrong_setup_is_tried_elsewhere_and_a_server_that_is_not_set_up_is_waited_for(
    broker: Broker, model: str, state: str
) -> None:
    make_server("bad", model=model, position=0)
    ask(subject="alone")
    run_all(broker)
    assert (Job.objects.get().error or {})["fault"] == "setup"
    assert Job.objects.get().state == state
    rest()
    make_server("good", model="echo", position=1)
    ask(subject="together")
    run_all(broker)
    assert Job.objects.get(subject="together").state == "done"


def test_answer_that_takes_too_long_frees_the_slot(broker: Broker) -> None:
    make_server(model="never")
    ask(spec(timeout=0.05))
    job = run_until_it_rests(broker)
    assert (job.state, (job.error or {})["code"]) == ("queued", "timeout")
    assert job.server is None


def test_server_that_was_removed_meanwhile_costs_nothing(broker: Broker) -> None:
    server = make_server()
    ask()
    server.delete()
    job = run_until_it_rests(broker)
    assert (job.state, job.tries) == ("queued", 0)


def test_error_of_our_own_ends_too(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    from workers.backends.adapters.fake import Fake

    async def explode(self: Fake, **_request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Fake, "run", explode)
    make_server()
    ask()
    for _ in range(3):
        run_all(broker)
        rest()
        dispatch("text")
    job = Job.objects.get()
    assert (job.state, job.tries) == ("dead", 3)
    assert Server.objects.get().answer_failures == 0


def test_expired_lease_of_a_run_counts(broker: Broker) -> None:
    make_server()
    ask()
    states = []
    for _ in range(3):
        Job.objects.update(
            state=State.RUNNING,
            tries=Job.objects.get().tries + 1,
            lease_expires_at=timezone.now() - timedelta(seconds=1),
        )
        assert sweep() == 1
        job = Job.objects.get()
        states.append((job.state, job.tries))
    assert states == [("leased", 1), ("leased", 2), ("dead", 3)]
    assert (Job.objects.get().error or {})["code"] == "lost"


def test_expired_lease_that_never_began_is_not_counted(broker: Broker) -> None:
    make_server()
    ask()
    for _ in range(6):
        Job.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        assert sweep() == 1
    job = Job.objects.get()
    assert (job.state, job.tries, job.lease_token) == ("leased", 0, 7)


def test_expired_lease_of_a_stopped_job_stops_it(broker: Broker) -> None:
    make_server()
    [job] = ask()
    Job.objects.update(state=State.RUNNING, cancel_requested_at=timezone.now(), lease_expires_at=timezone.now())
    sweep()
    assert Job.objects.get().state == "cancelled"
    assert broker.calls("courses.collect") == [[str(job.pk)]]


def test_stopped_job_of_a_lost_worker_keeps_what_was_heard(broker: Broker) -> None:
    make_server()
    [job] = ask()

    async def write() -> None:
        whisper = Whisper(channel="attempt:1", job=str(job.pk), epoch=1)
        await whisper.start()
        whisper.add(Delta(text="half an"))
        await whisper.close()

    loop.run(write())
    Job.objects.update(state=State.RUNNING, cancel_requested_at=timezone.now(), lease_expires_at=timezone.now())
    sweep()
    stopped = Job.objects.get()
    assert stopped.state == "cancelled"
    assert (stopped.result or {})["text"] == "half an"
    assert (stopped.result or {})["finish"] == "cancelled"


def test_living_lease_is_left_alone(broker: Broker) -> None:
    make_server()
    ask()
    assert sweep() == 0
    assert Job.objects.get().lease_token == 1


def test_sweep_finds_a_server_that_is_back_and_starts_what_waited(broker: Broker) -> None:
    make_server()
    Server.objects.update(health="down", retry_at=timezone.now() - timedelta(seconds=1), connect_failures=3)
    ask()
    assert broker.runs() == []
    sweep()
    assert Server.objects.get().health == "healthy"
    assert len(broker.runs()) == 1


def test_server_that_rests_is_not_asked(broker: Broker) -> None:
    make_server()
    Server.objects.update(health="down", retry_at=timezone.now() + timedelta(minutes=1))
    sweep()
    assert Server.objects.get().health == "down"
