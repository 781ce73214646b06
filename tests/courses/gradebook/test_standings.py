"""The projection of the gradebook says what the ledgers say, by whatever road they were written."""

from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.attempts.services import begin, save_draft
from courses.catalog.models import Exercise
from courses.gradebook import recomputed, triggers
from courses.gradebook.models import Standing
from tests.factories import make_course, make_exercise, make_module, make_student, make_submitted_attempt

pytestmark = pytest.mark.django_db
GRADES = st.sampled_from([None, 0.0, 0.3, 0.7, 1.0])
STEP = st.one_of(
    st.tuples(st.just("hand in"), st.booleans()),
    st.tuples(st.just("score"), st.integers(0, 9), GRADES, st.sampled_from(["auto", "human", "regrade", "late"])),
    st.tuples(st.just("many scores"), GRADES),
    st.tuples(st.just("release"), st.integers(0, 9)),
    st.tuples(st.just("hide"), st.integers(0, 9)),
    st.tuples(st.just("ask"), st.integers(0, 9)),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("give away"), st.integers(0, 9)),
)


class Desk:
    def __init__(self) -> None:
        module = make_module(course=make_course())
        self.exercises = [make_exercise(module=module) for _ in range(2)]
        self.people = [make_student(course=module.course) for _ in range(2)]
        self.turn = 0

    def place(self) -> tuple[User, Exercise]:
        self.turn += 1
        return self.people[self.turn % 2], self.exercises[self.turn // 2 % 2]

    def attempt(self, number: int) -> Attempt | None:
        rows = list(Attempt.objects.order_by("created_at"))
        return rows[number % len(rows)] if rows else None

    def score(self, attempt: Attempt, value: float | None, origin: str) -> Score:
        signed = {"decided_by": self.people[0], "reason": "Seen."} if origin in ("human", "regrade") else {}
        credit = 0.5 if origin == "late" else 1.0
        return Score(attempt=attempt, value=value, origin=origin, late_credit=credit,
                     rubric=self.exercises[0].rubric, grader_version="1", **signed)  # fmt: skip

    def do(self, what: str, *facts: Any) -> None:
        if what == "hand in":
            student, exercise = self.place()
            state = Attempt.State.GRADED if facts[0] else Attempt.State.SUBMITTED
            last = Attempt.objects.filter(student=student, exercise=exercise).order_by("-number").first()
            make_submitted_attempt(
                exercise=exercise, student=student, state=state, number=last.number + 1 if last else 1
            )
            return
        if what == "many scores":
            Score.objects.bulk_create([self.score(each, facts[0], "auto") for each in Attempt.objects.all()])
            return
        attempt = self.attempt(facts[0])
        if attempt is not None:
            self.change(attempt, what, *facts[1:])

    def change(self, attempt: Attempt, what: str, *facts: Any) -> None:
        row = Attempt.objects.filter(pk=attempt.pk)
        if what == "score":
            self.score(attempt, *facts).save()
        elif what == "release":
            row.update(released_at=timezone.now(), state=Attempt.State.GRADED)
        elif what == "hide":
            row.update(released_at=None)
        elif what == "ask":
            row.update(review_reasons=["flagged"])
        elif what == "delete":
            attempt.delete()
        else:
            row.update(student=self.people[0], number=100 + self.turn + Attempt.objects.count())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=12))
def test_standings_follow_whatever_is_written(steps: list[tuple[Any, ...]], db: None) -> None:
    Attempt.objects.all().delete()
    desk = Desk()
    for step in steps:
        desk.do(*step)

    assert recomputed.kept() == recomputed.cells()
    before = recomputed.kept()
    triggers.rebuild()
    assert recomputed.kept() == before


def test_draft_of_an_open_attempt_writes_no_standing() -> None:
    exercise = make_exercise()
    student = make_student(course=exercise.module.course)
    attempt = begin(student=student, exercise=exercise)
    Standing.objects.update(handed_in=77)  # would be put right by a trigger that runs

    save_draft(attempt=attempt, draft={"text": "half"})

    assert Standing.objects.get().handed_in == 77
    assert recomputed.differences() == [(student.pk, exercise.pk)]
    with pytest.raises(SystemExit):
        call_command("standings")
    call_command("standings", "--rebuild")
    assert recomputed.differences() == []


def test_person_who_is_deleted_leaves_no_standing() -> None:
    attempt = make_submitted_attempt()
    make_submitted_attempt(exercise=attempt.exercise, student=attempt.student, number=2)

    attempt.student.delete()

    assert not Standing.objects.exists()


def test_triggers_that_a_migration_took_away_come_back() -> None:
    make_submitted_attempt()
    triggers.remove()
    make_submitted_attempt()
    assert len(recomputed.differences()) == 1

    triggers.ensure()

    assert recomputed.differences() == []
