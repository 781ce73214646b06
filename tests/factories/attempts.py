"""Attempts in the states that pages and services meet."""

from typing import Any

from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from tests.factories.courses import make_exercise
from tests.factories.people import make_student


def make_attempt(*, exercise: Exercise | None = None, student: User | None = None, **fields: Any) -> Attempt:
    """An open one, by an enrolled student."""
    exercise = exercise or make_exercise()
    student = student or make_student(course=exercise.module.course)
    number = Attempt.objects.filter(exercise=exercise, student=student).count() + 1
    return Attempt.objects.create(**{"exercise": exercise, "student": student, "number": number, **fields})


def make_submitted_attempt(**fields: Any) -> Attempt:
    """One that was handed in and has no mark yet."""
    exercise = fields.pop("exercise", None) or make_exercise()
    return make_attempt(
        exercise=exercise,
        **{
            "state": Attempt.State.SUBMITTED,
            "answer": {"leaf": None, "system": None, "note": ""},
            "spec": exercise.spec,
            "rubric": exercise.rubric,
            "submitted_at": timezone.now(),
            **fields,
        },
    )
