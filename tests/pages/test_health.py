"""The page of a course's health, and its file."""

import csv
from collections.abc import Callable
from io import StringIO

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from athanor.accounts.models import User
from tests.factories import make_exercise, make_student
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


def test_figures_are_at_most_a_minute_old_and_say_so(school: School, as_: As) -> None:
    address, client = reverse("course_health", args=[school.course.slug]), as_(school.instructor)
    first = client.get(address)
    make_student(course=school.course)

    with CaptureQueriesContext(connection) as captured:
        again = client.get(address)
    assert (again.context["students"], again.context["at"]) == (first.context["students"], first.context["at"])
    assert "As of" in again.content.decode()
    assert not [each for each in captured if "gradebook_standing" in each["sql"]]

    make_exercise(module=school.course.modules.get())  # another table
    assert client.get(address).context["students"] == first.context["students"] + 1
    make_student(course=school.course)
    cache.clear()
    assert client.get(address).context["students"] == first.context["students"] + 2


def test_only_instructors_see_it(school: School, as_: As) -> None:
    for user, status in ((school.student, 403), (school.grader, 403), (school.stranger, 404)):
        for name in ("course_health", "course_health_file"):
            assert as_(user).get(reverse(name, args=[school.course.slug])).status_code == status
