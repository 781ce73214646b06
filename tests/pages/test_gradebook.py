"""The gradebook as its people see it: Alice owns the course, Bob helps, Charlie studies, Dora is of another course."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Course, Exercise
from courses.people.models import Enrolment
from tests.factories import (
    make_course,
    make_exercise,
    make_grader,
    make_group,
    make_instructor,
    make_module,
    make_student,
    make_submitted_attempt,
)

As = Callable[[User | None], Client]
FORMULA = '=HYPERLINK("http://example.org","Charlie")'


@dataclass(frozen=True)
class Class:
    course: Course
    exercises: list[Exercise]
    alice: User
    bob: User
    charlie: User
    dora: User

    @property
    def address(self) -> str:
        return f"/courses/{self.course.slug}/gradebook"


@pytest.fixture
def small(db: None) -> Class:
    course = make_course()
    module = make_module(course=course, slug="first")
    exercises = [make_exercise(module=module, slug=slug, points=points) for slug, points in (("one", 10), ("two", 30))]
    alice, bob = make_instructor(course=course), make_grader(course=course)
    charlie = make_student(course=course, username="charlie", first_name=FORMULA)
    return Class(course, exercises, alice, bob, charlie, make_instructor(course=make_course()))


def mark(exercise: Exercise, student: User, value: float | None, *, by: User | None = None, **fields: Any) -> Attempt:
    now = timezone.now()
    given = {"state": Attempt.State.GRADED, "graded_at": now, "released_at": now, **fields}
    attempt = make_submitted_attempt(exercise=exercise, student=student, **given)
    origin = {"origin": "human", "decided_by": by, "reason": "Seen."} if by else {"origin": "auto"}
    Score.objects.create(attempt=attempt, value=value, rubric=exercise.rubric, grader_version="1", **origin)
    return attempt


def test_staff_reads_marks_and_students_do_not(small: Class, as_: As) -> None:
    one, two = small.exercises
    late = mark(one, small.charlie, 0.4)
    Score.objects.create(
        attempt=late, origin="late", value=0.2, raw_value=0.4, late_credit=0.5, rubric=one.rubric, grader_version="1"
    )
    mark(two, small.charlie, 0.9, by=small.bob)
    Score.objects.create(
        attempt=Attempt.objects.get(exercise=two), origin="regrade", decided_by=small.alice, reason="Again.",
        value=0.1, rubric=two.rubric, grader_version="2",
    )  # fmt: skip  # a machine's entry never counts before a person's
    address = f"{small.address}.json"

    seen = [json.loads(as_(who).get(address).content) for who in (small.alice, small.bob)]

    assert seen[0] == seen[1]
    (student,) = seen[0]["students"]
    assert student["total"] == {"points": 29.0, "of": 40.0}
    marks = {key: (each["points"], each["late"], each["human"]) for key, each in student["marks"].items()}
    assert marks == {"first/one": (2.0, True, False), "first/two": (27.0, False, True)}
    assert as_(small.charlie).get(address).status_code == 403
    assert as_(small.dora).get(address).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_name_of_a_student_is_never_a_formula(form: str, small: Class, as_: As) -> None:
    data = as_(small.bob).get(f"{small.address}.{form}").content

    if form == "csv":
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
        assert f"'{FORMULA}" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    else:
        book = zipfile.ZipFile(io.BytesIO(data))
        assert b"'=HYPERLINK" in book.read("xl/sharedStrings.xml")
        parts = [book.read(name) for name in book.namelist()]
        assert not [part for part in parts if b"<f>" in part or b'Target="http://example' in part]


def test_file_in_an_unknown_format_does_not_exist(small: Class, as_: As) -> None:
    assert as_(small.alice).get(f"{small.address}.exe").status_code == 404


def names(client: Client, small: Class, query: str) -> list[str]:
    found = json.loads(client.get(f"{small.address}.json?{query}").content)
    return sorted(student["username"] for student in found["students"])


def test_filters_choose_the_students(small: Class, as_: As) -> None:
    one, two = small.exercises
    erin = make_student(course=small.course, username="erin")
    gone = make_student(course=small.course, username="gone")
    Enrolment.objects.filter(user=gone).update(active=False)
    group = make_group(course=small.course, members=[Enrolment.objects.get(user=erin)])
    other = make_group(course=make_course())
    mark(one, erin, 0.5)
    mark(two, erin, None, released_at=None)
    client = as_(small.bob)

    assert names(client, small, "") == ["charlie", "erin"]
    assert names(client, small, "state=nonsense&page=x") == ["charlie", "erin"]
    assert names(client, small, f"group={group.pk}") == ["erin"]
    assert names(client, small, f"group={other.pk}") == ["charlie", "erin"]  # no group of this course
    assert names(client, small, "state=missing") == ["charlie"]
    assert names(client, small, "state=waiting") == ["erin"]
    assert names(client, small, "state=released") == ["erin"]


def grow(course: Course, size: int) -> Exercise:
    """`size` students × `size` exercises, each with a mark."""
    module = make_module(course=course)
    exercises = [make_exercise(module=module, position=n) for n in range(size)]
    for _n in range(size):
        student = make_student(course=course)
        for n, exercise in enumerate(exercises):
            mark(exercise, student, n / size, submitted_at=timezone.now() - timedelta(days=n))
    return exercises[0]


def test_as_many_queries_for_ten_by_ten_as_for_three_by_three(db: None, as_: As) -> None:
    courses = [make_course(), make_course()]
    exercises = [grow(course, size) for course, size in zip(courses, (3, 10), strict=True)]
    counts = []
    for course, exercise in zip(courses, exercises, strict=True):
        client, address = as_(make_grader(course=course)), f"/courses/{course.slug}/gradebook"
        pages = ["/", ".csv", f"/{exercise.module.slug}/{exercise.slug}/"]
        counts.append([queries(client, address + page) for page in pages])

    assert counts[0] == counts[1]
    assert max(counts[1]) <= 20


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
