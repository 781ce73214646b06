"""Processes die and Redis forgets in the middle of an answer: each submission still ends with exactly one mark."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.flows.slow import ANSWER, SlowServer
from tests.flows.stack import Stack

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("flows")]

LONGEST = 90.0  # seconds until an interrupted submission is graded, on a busy machine
FIRST_WORDS = 1.0  # seconds after which an answer has certainly begun and certainly not ended

READ_ATTEMPT = """
from courses.attempts.models import Attempt, Score
from workers.scheduling.models import Job
attempt = Attempt.objects.get(pk="{id}")
jobs = list(Job.objects.filter(subject=attempt.subject))
scores = list(Score.objects.filter(attempt=attempt))
describe = lambda job: [job.state, job.tries, (job.result or {{}}).get("text"), job.error]
marks = [[one.origin, one.value] for one in scores]
{{"jobs": [describe(job) for job in jobs], "scores": marks, "reasons": attempt.review_reasons}}
"""


@pytest.fixture(scope="module")
def student(stack: Stack, slow_course: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {slow_course}"}
    with httpx.Client(base_url=f"{stack.url}/api/v1/", headers=headers, timeout=40) as client:
        yield client


def kill_worker(stack: Stack, _server: SlowServer) -> None:
    stack.kill("worker")


def empty_redis(stack: Stack, _server: SlowServer) -> None:
    with stack.redis() as client:
        client.flushall()


def kill_redis(stack: Stack, _server: SlowServer) -> None:
    if stack.own_redis:
        stack.own_redis.kill()
        stack.own_redis.start()
    else:
        stack.kill("redis")


def kill_web(stack: Stack, _server: SlowServer) -> None:
    stack.kill("web")


def kill_model_server(_stack: Stack, server: SlowServer) -> None:
    server.kill()
    server.start()


@pytest.mark.parametrize("fault", [kill_worker, empty_redis, kill_redis, kill_web, kill_model_server])
def test_fault_in_mid_answer_leaves_exactly_one_mark(
    stack: Stack, slow_server: SlowServer, student: httpx.Client, fault: Callable[[Stack, SlowServer], None]
) -> None:
    attempt = submit(student)
    stack.wait_for(lambda: states(stack, attempt) == ["running", "running"], LONGEST)
    time.sleep(FIRST_WORDS)  # not a guess about speed: the server writes for more than three seconds

    fault(stack, slow_server)

    stack.wait_for(lambda: is_graded(student, attempt), LONGEST)
    found = stack.ask(READ_ATTEMPT.format(id=attempt))
    assert [job[0] for job in found["jobs"]] == ["done", "done"], found
    assert [job[2] for job in found["jobs"]] == [ANSWER, ANSWER]
    assert found["scores"] == [["auto", 1.0]]
    assert found["reasons"] == []
    if fault in {kill_worker, kill_model_server}:
        assert [job[1] for job in found["jobs"]] == [2, 2]  # each began again, and the first begin counted nothing


def submit(student: httpx.Client) -> str:
    begun = checked(student.post("courses/slow/modules/m/exercises/probes/attempts/"))
    path = f"attempts/{begun['id']}/submit/"
    return str(checked(student.post(path, json={"system": "Greet everybody.", "leaf": None}))["id"])


def states(stack: Stack, attempt: str) -> list[str]:
    """Of the submission's jobs."""
    return [state for (state,) in stack.rows(f"select state from scheduling_job where subject = 'attempt:{attempt}'")]


def is_graded(student: httpx.Client, attempt: str) -> bool:
    try:
        return bool(checked(student.get(f"attempts/{attempt}/"))["state"] == "graded")
    except httpx.TransportError:
        return False  # the connection was one to the killed web process


def checked(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.status_code} {answer.text[:500]}"
    return answer.json()
