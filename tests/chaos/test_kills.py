"""Whatever is killed at whatever moment: each submission ends with one mark, and nobody pays for it.

Five pieces of work stand still at once, each at another moment of its life; then something is killed. So one round of
this file is every fault at every moment.
"""

from collections.abc import Callable

import pytest

from tests.chaos.model_server import ANSWER, USAGE
from tests.chaos.world import Sent, World

TOKENS = USAGE["total_tokens"]


def kill_web(world: World) -> None:
    world.stack.kill("web")


def kill_worker(world: World) -> None:
    world.stack.kill("worker")


def kill_beat(world: World) -> None:
    world.stack.kill("beat")


def kill_redis(world: World) -> None:
    if world.stack.own_redis:
        world.stack.own_redis.kill()
        world.stack.own_redis.start()
    else:
        world.stack.kill("redis")


def kill_model_server(world: World) -> None:
    world.model.kill()
    world.model.start()


def empty_redis(world: World) -> None:
    with world.stack.redis() as client:
        client.flushall()


FAULTS = (kill_web, kill_worker, kill_beat, kill_redis, kill_model_server, empty_redis)
MOMENTS = ("before dispatch", "leased, not sent", "leased, not begun", "streaming", "after the result")


@pytest.mark.parametrize("fault", FAULTS)
def test_accepted_work_ends_with_exactly_one_counted_result(world: World, fault: Callable[[World], None]) -> None:
    attempts = {moment: world.begin(student) for student, moment in enumerate(MOMENTS)}
    chat = world.begin(len(MOMENTS), "talk")
    sent = hold_each_at_its_moment(world, attempts, chat)

    fault(world)
    world.calm()

    world.wait_for(lambda: world.are_graded(attempts.values()) and world.have_ended([chat]))
    answers = {moment: one.wait() for moment, one in sent.items()}
    told = world.told([*attempts.values(), chat])
    for moment, attempt in attempts.items():
        found = told[attempt]
        assert answers[moment]["id"] == attempt
        assert found.jobs == [["done", ANSWER, None]], moment
        assert (found.scores, found.reasons, found.released) == ([["auto", 1.0]], [], True), moment
        # Handing in is paid by the course, once; it cost the attempt that was begun and no other.
        assert found.spent == [["None", TOKENS, True]], moment
        assert found.attempts == world.begun[attempt], moment
    talked, turns = told[chat], world.said[chat]
    assert [job[:2] for job in talked.jobs] == [["done", ANSWER]] * turns
    assert [line[1:] for line in talked.spent] == [[TOKENS, True]] * turns
    assert {owner for owner, *_ in talked.spent} == {talked.student}  # paid by the student, each turn once


def hold_each_at_its_moment(world: World, attempts: dict[str, str], chat: str) -> dict[str, Sent]:
    """From the last moment to the first, so that none meets the gate of another."""
    sent: dict[str, Sent] = {}
    students = {moment: number for number, moment in enumerate(MOMENTS)}

    def submit(moment: str) -> None:
        sent[moment] = world.submit(students[moment], attempts[moment])

    world.gates.close("result")
    submit("after the result")
    world.wait_for(lambda: world.gates.somebody_waits("result"))
    assert world.job_states(attempts["after the result"]) == ["done"]

    world.model.hold()
    submit("streaming")
    world.say(len(MOMENTS), chat)
    world.wait_for(lambda: world.model.held() == 2)
    assert world.job_states(attempts["streaming"]) == ["running"]

    for moment, point, state in (
        ("leased, not begun", "run", "leased"),
        ("leased, not sent", "send", "leased"),
        ("before dispatch", "dispatch", "queued"),
    ):
        world.gates.close(point)
        submit(moment)
        world.wait_for(lambda point=point: world.gates.somebody_waits(point))
        assert world.job_states(attempts[moment]) == [state], moment
    return sent
