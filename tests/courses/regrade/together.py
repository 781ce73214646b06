"""A class whose rubric changes after everybody has handed in."""

from typing import Any

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.attempts.selectors import current_score
from courses.catalog.models import Exercise
from courses.regrade.models import Regrade
from courses.regrade.steps import advance
from tests.courses.recorded import exercise_for, submitted
from tests.factories import make_instructor, make_student
from tests.factories.courses import make_rubric

Class = tuple[Exercise, User, list[Attempt]]


def wants(*terms: str) -> dict[str, Any]:
    """A rubric with one criterion per word."""
    return {
        "items": [
            {"id": term, "title": {"en": term}, "criterion": "contains", "params": {"terms": [term]}} for term in terms
        ]
    }


def class_of(
    *answers: str, rubric: dict[str, Any] | None = None, **fields: Any
) -> tuple[Exercise, User, list[Attempt]]:
    """The exercise, its instructor, and one graded attempt per answer."""
    exercise = exercise_for(rubric=rubric or wants("hello"), **fields)
    course = exercise.module.course
    attempts = [submitted(make_student(course=course), exercise, answer=answer) for answer in answers]
    return exercise, make_instructor(course=course), attempts


def change_rubric(exercise: Exercise, *terms: str) -> None:
    exercise.rubric = make_rubric(wants(*terms))
    exercise.save()


def finish(regrade: Regrade) -> Regrade:
    """All the steps that wait."""
    while advance(regrade.pk):
        pass
    return Regrade.objects.get(pk=regrade.pk)


def marks_of(attempts: list[Attempt]) -> list[float | None]:
    return [score.value if (score := current_score(each)) else None for each in attempts]
