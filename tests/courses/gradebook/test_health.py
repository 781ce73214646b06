"""How a course is doing: by hand, from the database, and with few queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses.attempts.models import Attempt, Score
from courses.attempts.quota import group_of
from courses.catalog.models import Course, Exercise
from courses.gradebook import health
from courses.gradebook.condition import Condition, condition_of
from courses.gradebook.health import Asked, Use
from courses.gradebook.selectors import exercises_of
from courses.people.models import Role
from tests.factories import (
    make_course,
    make_enrolment,
    make_exercise,
    make_job,
    make_module,
    make_student,
    make_submitted_attempt,
    make_user,
)
from workers.scheduling.models import Spending
from workers.scheduling.states import State


def test_full_marks_belong_to_the_last_tenth() -> None:
    assert health.whole_bins({0: 2, 9: 1, 10: 3}) == [2, 0, 0, 0, 0, 0, 0, 0, 0, 4]


@given(st.dictionaries(st.integers(0, 10), st.integers(0, 50)))
def test_no_student_falls_out_of_the_bins(counts: dict[int, int]) -> None:
    assert sum(health.whole_bins(counts)) == sum(counts.values())


@given(st.dictionaries(st.integers(1, 40), st.integers(0, 50)))
def test_no_student_falls_out_of_the_attempts(counts: dict[int, int]) -> None:
    assert sum(health.by_attempts(counts)) == sum(counts.values())


def test_last_exercise_is_the_end_and_no_stop() -> None:
    assert health.stops([0, 0, 1, 2, 2], 3) == [2, 1, 0]


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_quantile_is_the_smallest_that_enough_do_not_exceed(values: list[float], part: float) -> None:
    found = health.quantile(sorted(values), part)

    assert sum(value <= found for value in values) >= part * len(values) - 1e-6
    assert sum(value < found for value in values) < part * len(values)


def test_use_adds_up_by_exercise() -> None:
    asked = [Asked(1, 2.0, 3.0, 10, 0), Asked(1, 4.0, 1.0, 5, 1), Asked(2, 0.0, 1.0, 1, 0)]

    assert health.use(asked) == {1: Use(2, 2.0, 4.0, 4.0, 15, 1), 2: Use(1, 0.0, 0.0, 1.0, 1, 0)}


def finding(key: str, score: float) -> dict[str, Any]:
    return {"id": key, "title": {"en": key}, "score": score, "members": []}


def marked(exercise: Exercise, student: Any, value: float) -> Attempt:
    attempt = make_submitted_attempt(exercise=exercise, student=student, state=Attempt.State.GRADED)
    Score.objects.create(
        attempt=attempt, origin="auto", value=value, rubric=exercise.rubric, grader_version="1",
        findings=[finding("words", value)],
    )  # fmt: skip
    return attempt


@pytest.fixture
def course(db: None) -> Course:
    """Two exercises. Two students: one tries the first twice and stops, one passes both at once; and the instructor."""
    course = make_course(published=True)
    module = make_module(course=course)
    first, second = (make_exercise(module=module, pass_mark=0.5) for _ in range(2))
    slow, quick = (make_student(course=course) for _ in range(2))
    teacher = make_user()
    make_enrolment(course=course, user=teacher, role=Role.INSTRUCTOR)
    marked(first, slow, 0.2)
    attempt = marked(first, slow, 0.6)
    marked(first, quick, 1.0)
    marked(second, quick, 0.3)
    marked(second, teacher, 1.0)
    answered(course, attempt, 3.0, 40)
    return course


def answered(course: Course, attempt: Attempt, waited: float, tokens: int) -> None:
    now = timezone.now()
    job = make_job(
        subject=attempt.subject, state=State.DONE, created_at=now, started_at=now + timedelta(seconds=waited)
    )
    Spending.objects.create(
        job=job.pk, group=group_of(course.pk), day=timezone.localdate(), seconds=2.5, tokens=tokens, images=0,
        settled=True,
    )  # fmt: skip


def read(course: Course) -> tuple[Condition, list[Exercise]]:
    exercises = exercises_of(course)
    return condition_of(course, exercises), exercises


def test_condition_of_a_course_by_hand(course: Course) -> None:
    found, (first, second) = read(course)

    assert found.students == 2
    assert found.bins == {first.pk: [0, 0, 0, 0, 0, 0, 1, 0, 0, 1], second.pk: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]}
    assert found.attempts == {first.pk: [1, 1, 0, 0, 0]}
    assert found.steps[first.pk] == health.Step(begun=2, handed_in=2, passed=2, stopped=1)
    assert found.steps[second.pk] == health.Step(begun=1, handed_in=1, passed=0, stopped=0)
    assert found.use == {first.pk: Use(1, 3.0, 3.0, 2.5, 40, 0)}
    assert [(each.exercise, each.share) for each in found.failures] == [(second.pk, 1.0), (first.pk, 0.5)]


def test_other_courses_and_old_answers_are_not_counted(course: Course) -> None:
    Spending.objects.update(day=timezone.localdate() - timedelta(days=90))
    other = make_exercise()
    marked(other, make_student(course=other.module.course), 0.1)

    found, exercises = read(course)

    assert found.use == {}
    assert {each.exercise for each in found.failures} <= {exercise.pk for exercise in exercises}


def test_many_students_cost_no_more_queries_than_few(course: Course) -> None:
    few = queries(course)
    first = exercises_of(course)[0]
    for _ in range(3):
        marked(first, make_student(course=course), 0.4)

    assert queries(course) == few <= 12


def queries(course: Course) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(course)
    return len(captured)
