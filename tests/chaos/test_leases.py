"""A worker that loses its lease, gives it back, or lives in another time: still one result."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.model_server import ANSWER
from tests.chaos.world import World
from tests.flows.stack import ROOT

HOUR = 3600


@contextmanager
def second_worker(world: World) -> Iterator[None]:
    """Another machine's worker."""
    command = [sys.executable, "-m", "celery", "--app", "athanor.config.celery_app", "--quiet", "worker", "--pool"]
    options = ["threads", "--concurrency", "32", "--hostname", "second@localhost", "--without-gossip"]
    environment = {**world.stack.environment, "CELERY_SKIP_CHECKS": "1", "ATHANOR_DEMO": "1"}
    process = subprocess.Popen(
        [*command, *options], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def held_in_mid_stream(world: World) -> str:
    attempt = world.begin(0)
    world.model.hold()
    world.submit(0, attempt).wait()
    world.wait_for(lambda: world.model.held() == 1)
    return attempt


def check_one_result(world: World, attempt: str, tries: int) -> None:
    world.wait_for(lambda: world.are_graded([attempt]))
    told = world.told([attempt])[attempt]
    assert told.jobs == [["done", ANSWER, None]]
    assert (told.scores, told.reasons, told.tries) == ([["auto", 1.0]], [], [tries])
    assert len(told.spent) == 1


def test_worker_that_was_frozen_in_mid_stream_finds_its_lease_taken(world: World) -> None:
    attempt = held_in_mid_stream(world)
    frozen = world.stack.pid_of("worker")
    [(_job, token)] = world.leases(attempt)
    os.kill(frozen, signal.SIGSTOP)
    try:
        with second_worker(world):
            world.wait_for(lambda: world.model.held() == 2)  # both hold the same question
            [(_job, newer)] = world.leases(attempt)
            assert newer > token
            os.kill(frozen, signal.SIGCONT)  # its answer comes with the old token
            world.model.go()
            check_one_result(world, attempt, tries=2)
    finally:
        os.kill(frozen, signal.SIGCONT)


def test_sigterm_gives_leases_back_at_once(world: World) -> None:
    attempt = held_in_mid_stream(world)

    os.kill(world.stack.pid_of("worker"), signal.SIGTERM)

    world.wait_for(lambda: world.model.held() == 0 and world.job_states(attempt) != ["running"])
    world.model.go()
    # A lease that had to expire would count as a second try.
    check_one_result(world, attempt, tries=1)


def test_clock_that_jumps_ahead_and_back_loses_nothing(world: World) -> None:
    attempt = held_in_mid_stream(world)
    [(_job, token)] = world.leases(attempt)

    world.gates.set_clock(HOUR)  # whatever is leased looks expired, unless its worker renews it first
    world.deliver([("workers.sweep", [])] * 2)
    world.wait_for(lambda: world.model.held() >= 1)
    later = world.begin(1)
    world.submit(1, later).wait()  # leased until an hour from now
    world.wait_for(lambda: world.job_states(later) == ["running"])

    world.gates.set_clock(-HOUR)  # and back: what lies an hour ahead must not be waited for
    world.stack.kill("worker")
    world.model.go()

    world.wait_for(lambda: world.are_graded([attempt, later]))
    told = world.told([attempt, later])
    assert [one.jobs for one in told.values()] == [[["done", ANSWER, None]]] * 2
    assert [one.scores for one in told.values()] == [[["auto", 1.0]]] * 2
    assert all(newer >= token for _job, newer in world.leases(attempt))
