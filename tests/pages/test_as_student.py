"""“Try it as a student”."""

import csv
from collections.abc import Callable
from io import StringIO

from django.test import Client

from athanor.accounts.models import User
from courses.gradebook.condition import condition_of
from courses.gradebook.selectors import exercises_of
from tests.pages.conftest import School
from tests.pages.html import problems_of
from tests.pages.work import handed_in

As = Callable[[User | None], Client]


def test_instructor_sees_what_students_see_and_goes_back(school: School, as_: As) -> None:
    client, address = as_(school.instructor), f"/courses/{school.course.slug}/"
    own = client.get(address).content.decode()
    client.post(f"{address}as-student/", {"do": "begin"})
    pages = [client.get(each).content.decode() for each in (address, school.address)]
    client.post(f"{address}as-student/", {"do": "end"})
    back = client.get(address).content.decode()

    assert [problems_of(page) for page in pages] == [[], []]
    assert ["For the staff" in page for page in (own, pages[0], back)] == [True, False, True]
    assert ["You see this course as a student does." in page for page in (own, *pages, back)] == [
        False, True, True, False
    ]  # fmt: skip
    assert "/admin/catalog/exercise/" not in pages[1]


def test_what_the_staff_tries_counts_nowhere(school: School, as_: As) -> None:
    exercises = exercises_of(school.course)
    before = condition_of(school.course, exercises).steps
    handed_in(school.instructor, school.exercise)

    assert condition_of(school.course, exercises).steps == before
    file = as_(school.grader).get(f"/courses/{school.course.slug}/gradebook.csv").content.decode("utf-8-sig")
    names = [row["username"] for row in csv.DictReader(StringIO(file))]
    assert [name for name in names if name] == ["sam"]  # below the heads stands what each column is worth


def test_students_have_no_other_view(school: School, as_: As) -> None:
    address = f"/courses/{school.course.slug}/as-student/"

    assert as_(school.student).post(address, {"do": "begin"}).status_code == 403
    assert as_(school.stranger).post(address, {"do": "begin"}).status_code == 404
