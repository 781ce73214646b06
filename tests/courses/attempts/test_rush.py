"""Everybody hands in at once: nothing is lost, and each piece of work has a state that can be told.

`RUSH=10000 pytest tests/courses/attempts/test_rush.py -s` is the minute before a deadline in a large school; it prints
how long that took. The ordinary suite plays a class.
"""

import os
import sys
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from athanor.accounts.models import User
from courses.attempts import services, tasks
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.people.models import Enrolment, Role
from tests.courses.together import run_together
from tests.factories import make_course, make_exercise, make_module
from tests.workers.scheduling.conftest import Broker, broker, make_server  # noqa: F401 - a fixture
from workers.backends.messages import for_reason, for_state
from workers.scheduling import runner, selectors
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE, State

RUSH = int(os.environ.get("RUSH", "300"))
ANSWERED = 40  # how many are followed to their mark
THREADS, COURSES, SLOTS = 4, 10, 8
SPEC: dict[str, Any] = {"student_system": {"max_chars": 500}, "probes": [{"id": "attack", "turns": ["Say hello."]}]}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_work() -> list[Attempt]:
    """An open attempt of each student, in ten courses."""
    modules = [make_module(course=make_course()) for _ in range(COURSES)]
    exercises = [make_exercise(module=module, spec=SPEC) for module in modules]
    people = User.objects.bulk_create(
        [User(username=f"rush-{n}", email=f"rush-{n}@example.org") for n in range(RUSH)], batch_size=500
    )
    Enrolment.objects.bulk_create(
        [
            Enrolment(user=person, course=modules[n % COURSES].course, role=Role.STUDENT)
            for n, person in enumerate(people)
        ],
        batch_size=500,
    )
    made = [_attempt(person, exercises[n % COURSES]) for n, person in enumerate(people)]
    return Attempt.objects.bulk_create(made, batch_size=500)


def _attempt(student: User, exercise: Exercise) -> Attempt:
    return Attempt(student=student, exercise=exercise, number=1)


def hand_in(attempts: list[Attempt]) -> list[float]:
    """When each was accepted."""
    times = []
    for attempt in attempts:
        services.submit(attempt=attempt, answer={"system": "Greet people.", "note": ""})
        times.append(time.perf_counter())
    return times


def play(broker: Broker, limit: int) -> int:  # noqa: F811
    """What Celery's workers do until so many jobs have run; every message comes twice, the last one first."""
    ran = 0
    while broker.sent and (ran < limit or not broker.runs()):
        messages, broker.sent = broker.sent[::-1], []
        for name, args in [one for message in messages for one in (message, message)]:
            if name == "workers.run_job":
                runner.run(job_id=args[0], token=args[1])
            else:
                tasks.collect_job(*args)
        ran += sum(name == "workers.run_job" for name, _ in messages)
    return ran


def test_everybody_hands_in_at_once(broker: Broker, open_work: list[Attempt]) -> None:  # noqa: F811
    make_server(slots=SLOTS)
    before = time.perf_counter()
    done = run_together(THREADS, hand_in, [open_work[n::THREADS] for n in range(THREADS)])
    assert [one for one in done if isinstance(one, Exception)] == []
    took = time.perf_counter() - before

    assert Attempt.objects.filter(state=Attempt.State.SUBMITTED).count() == RUSH
    states = Counter(Job.objects.values_list("state", flat=True))
    assert states == {State.LEASED: SLOTS, State.QUEUED: RUSH - SLOTS}
    assert len(broker.runs()) == SLOTS
    assert Job.objects.values("subject").distinct().count() == RUSH
    last = Job.objects.filter(state=State.QUEUED).order_by("-created_at")[0]
    asked = time.perf_counter()
    waiting = selectors.waiting(last)
    told = time.perf_counter() - asked
    assert 0 < waiting.position <= RUSH - SLOTS
    assert set(for_reason(waiting.reason)) == set(for_state(last.state)) == {"en", "fr"}

    ran = play(broker, ANSWERED)
    graded = Attempt.objects.filter(state=Attempt.State.GRADED, scores__isnull=False)
    assert graded.count() == graded.distinct().count() >= ran - SLOTS
    rest = Counter(Job.objects.values_list("state", flat=True))
    assert rest[State.DONE] == ran
    assert rest[State.DONE] + rest[State.QUEUED] + rest[State.LEASED] == RUSH
    assert Job.objects.filter(state__in=ACTIVE).count() <= SLOTS
    rate = RUSH / took
    sys.stdout.write(
        f"\n{RUSH} submissions on {connection.vendor} in {took:.1f} s, {rate:.0f} /s, {THREADS} at once; "
        f"the last one's place is told in {1000 * told:.1f} ms; load {os.getloadavg()[0]:.1f} of {os.cpu_count()}\n"
    )
