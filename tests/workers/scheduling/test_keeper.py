import threading
import time

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from tests.workers.scheduling.conftest import Broker, ask, make_server, spec
from tests.workers.scheduling.test_cancel import start_running, wait_until
from workers.scheduling import runner
from workers.scheduling.keeper import keeper
from workers.scheduling.lifecycle import give_leases_back
from workers.scheduling.models import Job
from workers.scheduling.states import State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]


@pytest.fixture(autouse=True)
def open_again(settings: Settings) -> object:
    settings.LEASE_SECONDS = 0.3
    yield
    keeper.closing = False


def test_lease_is_renewed_while_the_run_goes_on(broker: Broker) -> None:
    make_server(model="never", slots=1)
    [job] = ask()
    thread = start_running(broker)
    wait_until(lambda: keeper.held)
    first = Job.objects.get(pk=job.pk).lease_expires_at
    wait_until(lambda: Job.objects.get(pk=job.pk).lease_expires_at != first)
    assert (Job.objects.get(pk=job.pk).lease_expires_at or timezone.now()) > timezone.now()
    keeper.stop_job(str(job.pk))
    thread.join()


def test_run_whose_lease_was_lost_stops_and_writes_nothing(broker: Broker) -> None:
    make_server(model="never", slots=1)
    [job] = ask()
    thread = start_running(broker)
    wait_until(lambda: keeper.held)
    Job.objects.filter(pk=job.pk).update(lease_token=9)
    thread.join(timeout=3)
    left = Job.objects.get(pk=job.pk)
    assert (left.state, left.result, left.error) == (State.RUNNING, None, None)


def test_shutdown_gives_every_lease_back_at_once(broker: Broker) -> None:
    make_server(model="never", slots=2)
    jobs = ask(spec(), spec())
    threads = []
    for args in broker.runs():
        threads.append(threading.Thread(target=_run, args=args))
        threads[-1].start()
    wait_until(lambda: len(keeper.held) == 2)
    give_leases_back()
    for thread in threads:
        thread.join(timeout=3)
    again = [Job.objects.get(pk=job.pk) for job in jobs]
    assert [(job.state, job.tries, job.lease_token) for job in again] == [(State.LEASED, 0, 2)] * 2
    assert len(broker.runs()) == 4


def test_closing_worker_takes_nothing_more(broker: Broker) -> None:
    make_server(slots=1)
    [job] = ask()
    keeper.closing = True
    [args] = broker.runs()
    broker.sent.clear()
    _run(*args)
    left = Job.objects.get(pk=job.pk)
    assert (left.state, left.tries, left.lease_token) == (State.QUEUED, 0, 1)
    assert broker.runs() == []


def _run(job: str, token: int) -> None:
    runner.run(job_id=job, token=token)
    if threading.current_thread() is not threading.main_thread():
        connections.close_all()


def test_threads_rest_while_nothing_runs(broker: Broker) -> None:
    make_server()
    ask()
    start_running(broker).join()
    time.sleep(0.05)
    assert keeper.held == {}
