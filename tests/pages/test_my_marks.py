"""A student sees what counts, and nothing that is not shown."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.gradebook import services
from tests.factories import make_course, make_exercise, make_instructor, make_module, make_student
from tests.factories import make_submitted_attempt as submitted

As = Callable[[User | None], Client]


@pytest.mark.django_db
def test_student_reads_shown_marks_visible_columns_and_what_is_dropped(as_: As) -> None:
    course = make_course(gradebook={"modules": {"first": {"drop_lowest": 1}}})
    module = make_module(course=course, slug="first")
    alice, sam = make_instructor(course=course), make_student(course=course, language="en")
    for n, (value, released) in enumerate([(0.9, timezone.now()), (0.2, timezone.now()), (0.77, None)]):
        exercise = make_exercise(module=module, points=10, position=n)
        attempt = submitted(exercise=exercise, student=sam, state=Attempt.State.GRADED, released_at=released)
        Score.objects.create(attempt=attempt, value=value, rubric=exercise.rubric, grader_version="1", origin="auto")
    for name, visible in (("Oral exam", True), ("Secret list", False)):
        column = services.add_column(course=course, by=alice, name=name, points=Decimal(20), visible=visible)
        services.set_mark(column=column, student=sam, by=alice, points=Decimal("13.5"), seen=None)

    page = as_(sam).get(f"/gradebook/{course.slug}/mine/").content.decode()

    assert "24.5 of 40 points so far, 61 %." in page
    assert ("Oral exam" in page, "Secret list" in page, "7.7" in page) == (True, False, False)
    assert len(re.findall(r"does not count", page)) == 1
    assert as_(alice).get(f"/gradebook/{course.slug}/mine/").status_code == 404
    assert as_(make_student(course=make_course())).get(f"/gradebook/{course.slug}/mine/").status_code == 404
