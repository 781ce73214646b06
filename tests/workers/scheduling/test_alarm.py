"""What is due between two sweeps rings by itself, and a clock that was put back holds nothing up."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends.models import Server
from workers.scheduling import alarm as module
from workers.scheduling.alarm import Alarm
from workers.scheduling.dispatch import dispatch
from workers.scheduling.models import Job
from workers.scheduling.sweep import next_due, sweep

HOUR = timedelta(hours=1)


def ringing() -> tuple[Alarm, "threading.Semaphore"]:
    alarm, rung = Alarm(), threading.Semaphore(0)
    alarm.start(rung.release)
    return alarm, rung


def test_alarm_rings_at_the_earliest_moment_and_then_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_APART", 0.0)
    alarm, rung = ringing()
    now = timezone.now()
    alarm.ring_by(now + HOUR)
    alarm.ring_by(now + timedelta(seconds=0.05))
    alarm.ring_by(None)
    assert rung.acquire(timeout=10)
    assert timezone.now() >= now + timedelta(seconds=0.05)
    assert not rung.acquire(timeout=0.05)  # the hour was forgotten with it: whoever rings asks for the next
    alarm.ring_by(now)
    assert rung.acquire(timeout=10)


def test_alarm_survives_what_it_rings() -> None:
    rung = threading.Semaphore(0)

    def fail() -> None:
        rung.release()
        raise ZeroDivisionError

    alarm = Alarm()
    alarm.start(fail)
    for _ in range(2):
        alarm.ring_by(timezone.now())
        assert rung.acquire(timeout=10)


def test_silent_alarm_keeps_nobody_busy() -> None:
    before = threading.active_count()
    Alarm().ring_by(timezone.now())
    assert threading.active_count() == before


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_server", "commits")
class TestDue:
    def test_pause_before_a_retry_is_due(self, broker: Broker) -> None:
        make_server(model="fault")
        ask()
        assert next_due() is None
        run_all(broker)
        assert next_due() == Job.objects.get().not_before

    def test_lease_that_ends_soon_is_due(self, broker: Broker) -> None:
        make_server()
        ask()
        soon = timezone.now() + timedelta(seconds=3)
        Job.objects.update(lease_expires_at=soon)
        assert next_due() == soon
        Job.objects.update(lease_expires_at=timezone.now() + HOUR)
        assert next_due() is None

    def test_server_that_has_rested_is_due(self) -> None:
        soon = timezone.now() + timedelta(seconds=2)
        server = make_server()
        Server.objects.update(retry_at=soon)
        assert next_due() == soon
        Server.objects.filter(pk=server.pk).update(enabled=False)
        assert next_due() is None

    def test_clock_that_was_put_back_holds_nothing_up(self, broker: Broker) -> None:
        make_server(slots=1)
        ask(spec(), spec())
        [running] = Job.objects.filter(state="leased")
        [waiting] = Job.objects.filter(state="queued")
        Job.objects.update(not_before=timezone.now() + HOUR)
        Job.objects.filter(pk=running.pk).update(lease_expires_at=timezone.now() + HOUR)
        Server.objects.update(retry_at=timezone.now() + 2 * HOUR)
        assert sweep() == 0
        running.refresh_from_db()
        assert running.lease_expires_at is not None
        assert running.lease_expires_at < timezone.now() + timedelta(minutes=1)
        run_all(broker)
        dispatch("text")
        run_all(broker)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.tries) == ("done", 1)
