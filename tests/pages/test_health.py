"""The page of a course's health, and its file."""

import csv
from collections.abc import Callable
from io import StringIO

from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from tests.pages.conftest import School
from tests.pages.html import problems_of

As = Callable[[User | None], Client]


def test_instructor_sees_tables_that_name_nobody(school: School, as_: As) -> None:
    User.objects.filter(pk=school.student.pk).update(username="zebulon", first_name="Zebulon")

    page = as_(school.instructor).get(reverse("course_health", args=[school.course.slug])).content.decode()

    assert problems_of(page) == []
    assert page.count("<figure") >= 2
    assert "Where students stop" in page
    assert "zebulon" not in page.lower()


def test_file_holds_one_number_per_line(school: School, as_: As) -> None:
    answer = as_(school.instructor).get(reverse("course_health_file", args=[school.course.slug]))
    rows = list(csv.DictReader(StringIO(answer.content.decode())))

    assert answer["Content-Type"].startswith("text/csv")
    assert {"section": "stops", "label": "Title of hello", "series": "Handed in", "value": "1"} in rows


def test_only_instructors_see_it(school: School, as_: As) -> None:
    for user, status in ((school.student, 403), (school.grader, 403), (school.stranger, 404)):
        for name in ("course_health", "course_health_file"):
            assert as_(user).get(reverse(name, args=[school.course.slug])).status_code == status
