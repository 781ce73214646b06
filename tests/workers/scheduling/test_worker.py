"""Real Celery workers, ended in every rude way, on a real database and Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from pytest_django import Settings

from tests.workers.scheduling.conftest import ask, make_server, spec
from workers.events.models import Event
from workers.events.whisper import partial
from workers.scheduling import services
from workers.scheduling.models import Job
from workers.scheduling.states import State
from workers.scheduling.sweep import sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

ROOT = Path(__file__).parents[3]
TEXT = " ".join(f"word{number}" for number in range(40))  # two seconds of the slow model
LEASE_SECONDS = 2


def database_url() -> str:
    """The address of the test database, for another process."""
    row = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{row['NAME']}"
    return f"postgres://{row['USER']}:{row['PASSWORD']}@{row['HOST']}:{row['PORT']}/{row['NAME']}"


class Worker:
    def __init__(self, folder: Path) -> None:
        self.log = folder / f"worker-{time.monotonic_ns()}.log"
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "ATHANOR_VAR": str(folder),
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }
        command = [sys.executable, "-m", "celery", "--app", "athanor.config.celery_app", "worker", "--pool", "threads"]
        options = ["--concurrency", "8", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        name = ["--hostname", f"test-{time.monotonic_ns()}@localhost"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *options, *name], stdout=log, stderr=log, env=environment, cwd=ROOT
            )
        wait_until(lambda: b"ready" in self.log.read_bytes(), 30, self.log)

    def end(self, how: signal.Signals) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=15)


def wait_until(true: Callable[[], object], seconds: float = 15, log: Path | None = None) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, log.read_text() if log else "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def start_worker(tmp_path: Path, short_leases: None) -> Iterator[Callable[[], Worker]]:
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker(tmp_path))
        return workers[-1]

    yield start
    for worker in workers:
        worker.end(signal.SIGKILL)


@pytest.fixture
def short_leases(settings: Settings) -> None:
    settings.LEASE_SECONDS = LEASE_SECONDS


def job() -> Job:
    return Job.objects.get()


def half_written() -> bool:
    found = partial(job().pk)
    return found is not None and "word2" in found["text"]


def begin(start_worker: Callable[[], Worker]) -> Worker:
    """A worker in the middle of an answer."""
    make_server(model="slow", slots=1)
    worker = start_worker()
    ask(spec(text=TEXT))
    wait_until(half_written, log=worker.log)
    return worker


def assert_done_once(tries: int) -> None:
    done = job()
    assert (done.state, (done.result or {})["text"], done.tries) == (State.DONE, TEXT, tries)
    told = [event.data["state"] for event in Event.objects.filter(channel="attempt:1", type="job")]
    assert told.count("done") == 1


def swept_until_done() -> bool:
    sweep()
    return job().state == State.DONE


def test_killed_worker_is_replaced_and_one_result_counts(start_worker: Callable[[], Worker]) -> None:
    begin(start_worker).end(signal.SIGKILL)
    assert job().state == State.RUNNING
    start_worker()
    wait_until(swept_until_done)
    assert_done_once(tries=2)


def test_worker_that_is_asked_to_end_gives_its_work_back_at_once(start_worker: Callable[[], Worker]) -> None:
    worker = begin(start_worker)
    assert worker.end(signal.SIGTERM) == 0
    assert (job().state in {State.LEASED, State.QUEUED}, job().tries) == (True, 0)
    start_worker()
    wait_until(swept_until_done)
    assert_done_once(tries=1)


def test_redis_that_is_emptied_in_mid_answer_costs_nothing(start_worker: Callable[[], Worker]) -> None:
    worker = begin(start_worker)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
    wait_until(lambda: job().state == State.DONE, log=worker.log)
    assert_done_once(tries=1)
    ask(spec("next", text="still here"), subject="attempt:2")
    wait_until(lambda: Job.objects.get(subject="attempt:2").state == State.DONE, log=worker.log)


def test_message_that_redis_lost_is_sent_again(start_worker: Callable[[], Worker]) -> None:
    make_server(model="slow", slots=1)
    ask(spec(text="short"))
    assert job().state == State.LEASED
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
    start_worker()
    wait_until(swept_until_done)
    assert (job().tries, job().lease_token) == (1, 2)


def test_stop_reaches_the_worker(start_worker: Callable[[], Worker]) -> None:
    begin(start_worker)
    services.cancel(job_id=job().pk)
    # Renewing the lease could tell it, too, though not as soon; an answer of its own end is longer still.
    wait_until(lambda: job().state == State.CANCELLED, 2)
    text = (job().result or {})["text"]
    assert TEXT.startswith(text)
    assert "word2" in text


def test_worker_that_slept_through_its_lease_writes_nothing(start_worker: Callable[[], Worker]) -> None:
    sleeper = begin(start_worker)
    sleeper.process.send_signal(signal.SIGSTOP)
    start_worker()
    wait_until(swept_until_done)
    result = job().result
    sleeper.process.send_signal(signal.SIGCONT)
    time.sleep(0.2)
    assert_done_once(tries=2)
    assert job().result == result
