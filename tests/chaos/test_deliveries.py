"""Messages come twice, late, before their time or never: the database knows better."""

from typing import Any

from tests.chaos.model_server import ANSWER, USAGE
from tests.chaos.world import World

TWICE = 2


def messages(jobs: list[tuple[str, int]]) -> dict[str, list[list[Any]]]:
    """Every task of the site and what it can be called with for these jobs (a guard compares the list)."""
    runs = [[job, token] for job, last in jobs for token in range(last + 2)]  # older leases, its own, one to come
    each: list[list[Any]] = [[job] for job, _token in jobs]
    return {
        "workers.run_job": runs,
        "workers.sweep": [[]],
        "workers.probe_servers": [[]],
        "workers.forget_old_events": [[]],
        "courses.collect": each,
        "courses.run_finished": each,
        "courses.collect_finished": [[]],
        "courses.sweep_regrades": [[]],
        "courses.regrade_step": [],  # of a regrade that a person began: it has tests of its own
        "courses.regrade_answered": each,
        "courses.calibration_answered": each,
        "courses.compare_work": [],  # of a comparison that a person began: it has tests of its own
        "courses.sweep_comparisons": [[]],
        "courses.carry_out_releases": [[]],
        "courses.forget_old_notices": [[]],
        "courses.draw_second_readings": [[]],
        "courses.purge_playground": [[]],
        "athanor.mail_notices": [[]],
    }


def send_all(world: World, jobs: list[tuple[str, int]]) -> None:
    """Each one twice, what belongs last first."""
    calls = [(name, args) for name, each in reversed(messages(jobs).items()) for args in each]
    world.deliver(calls * TWICE)


def test_messages_twice_and_out_of_order_change_nothing(world: World) -> None:
    attempt, chat = world.begin(0), world.begin(7, "talk")
    world.gates.close("run")
    sent = [world.submit(0, attempt), world.say(7, chat)]
    world.wait_for(lambda: world.gates.somebody_waits("run"))
    send_all(world, world.leases(attempt) + world.leases(chat))  # before the run begins

    world.model.hold()
    world.gates.open_all()
    world.wait_for(lambda: world.model.held() == len(sent))
    jobs = world.leases(attempt) + world.leases(chat)
    send_all(world, jobs)  # while it writes

    world.model.go()
    world.wait_for(lambda: world.are_graded([attempt]) and world.have_ended([chat]))
    send_all(world, jobs)  # when everything is over
    world.wait_for(lambda: queue_is_empty(world))

    told = world.told([attempt, chat])
    assert told[attempt].jobs == [["done", ANSWER, None]]
    assert told[attempt].scores == [["auto", 1.0]]
    assert [one.tries for one in told.values()] == [[1], [1]]
    assert [line[1:] for one in told.values() for line in one.spent] == [[USAGE["total_tokens"], True]] * len(sent)
    assert world.leases(attempt) + world.leases(chat) == jobs


def queue_is_empty(world: World) -> bool:
    with world.stack.redis() as client:
        return client.llen("celery") == 0 and client.zcard("unacked_index") == 0
