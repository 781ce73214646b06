"""A rehearsal uses what a class would use, tells what was seen, and leaves nothing behind."""

import random
from argparse import ArgumentTypeError
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.attempts.rehearsal import crowd, report
from courses.attempts.rehearsal.play import Played, play
from courses.attempts.rehearsal.report import Ran
from courses.people.models import Enrolment
from tests.factories import make_exercise
from tests.workers.scheduling import conftest as scheduling
from tests.workers.scheduling.conftest import Broker, broker, commits, run_all  # noqa: F401 - fixtures
from workers.events.models import Event
from workers.scheduling.models import Job, Spending

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("commits")
def test_class_works_and_leaves_no_trace(broker: Broker) -> None:  # noqa: F811
    scheduling.make_server()
    exercise = make_exercise()
    people = crowd.gather(exercise.module.course, 3)

    def work(_now: float, _played: Played, _waiting: int) -> None:
        run_all(broker)

    chance = random.Random(1)
    played = play(exercise, people, {"text": "Hello"}, seconds=0.5, think=0.05, show=work, chance=chance)

    assert len(played.jobs) >= 3
    assert (played.unfinished, played.refused) == (0, {})
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert not any(person.has_usable_password() for person in people)

    assert crowd.dismiss(crowd.left_behind()) == 3
    for model in (Attempt, Job, Event, Enrolment, User, Spending):
        assert not model.objects.exists(), model


@pytest.mark.usefixtures("commits")
def test_exercise_that_refuses_is_an_error_and_not_a_loop(broker: Broker) -> None:  # noqa: F811
    scheduling.make_server()
    exercise = make_exercise(spec={"alias": "chat-small", "student_system": {"max_chars": 100}})
    people = crowd.gather(exercise.module.course, 2)

    played = play(
        exercise, people, {"text": "Hello"}, seconds=0.3, think=0.1, show=lambda *_: None, chance=random.Random(1)
    )

    assert sum(played.refused.values()) == 2
    assert played.jobs == []


def ran(student: int, asked: float, began: float | None, ended: float | None, **more: Any) -> Ran:
    return Ran(student, more.pop("state", "done"), 1, more.pop("model", "m"), asked, began, ended, **more)


def test_report_counts_waiting_fairness_swaps_and_errors() -> None:
    seen = [
        ran(1, 0, 1, 3),
        ran(2, 0, 1, 3, model="n"),
        ran(1, 3, 4, 6),
        ran(2, 3, None, None, state="dead", code="busy"),
    ]
    found = report.report(seen, slots=2, refused={"TooManyJobs": 1}, unfinished=0)

    assert found.waiting == report.Waiting(1, 1, 1)
    assert found.jain == pytest.approx(1.0)
    assert found.utilisation == pytest.approx(6 / 10)
    assert found.swaps == 2
    assert found.errors == {"busy": 1, "TooManyJobs": 1}
    assert (found.questions, found.answers) == (5, 3)


def test_report_of_nothing_is_empty_and_whole() -> None:
    found = report.report([], slots=4, refused={}, unfinished=0)
    assert (found.answers, found.utilisation, found.waiting.most) == (0, 0, 0)


def test_more_seats_and_a_busy_hour_wait_longer() -> None:
    few = report.forecast([2.0], seats=10, slots=2, think=10, background=0.0, minutes=5)
    many = report.forecast([2.0], seats=40, slots=2, think=10, background=0.0, minutes=5)
    busy = report.forecast([2.0], seats=10, slots=2, think=10, background=0.9, minutes=5)
    assert few < busy < many


@pytest.mark.parametrize("address", ["", "course", "a/b/c"])
def test_unknown_exercise_is_named(address: str) -> None:
    with pytest.raises((CommandError, ArgumentTypeError)):
        call_command("rehearse", "--exercise", address, stdout=StringIO())


def test_clean_removes_what_a_killed_rehearsal_left() -> None:
    crowd.gather(make_exercise().module.course, 2)
    out = StringIO()
    call_command("rehearse", "--clean", stdout=out)
    assert out.getvalue().startswith("2 throw-away")
