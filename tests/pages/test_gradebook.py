"""The gradebook as its people see it: Alice owns the course, Bob helps, Charlie studies, Dora is of another course."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Course, Exercise
from courses.gradebook import services
from courses.gradebook.models import HandMark
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
    assert names(client, small, "state=below") == []
    Exercise.objects.filter(pk=one.pk).update(pass_mark=0.6)
    assert names(client, small, "state=below") == ["erin"]
    assert names(client, small, f"state=missing&exercise={one.pk}") == ["charlie"]
    assert names(client, small, f"state=missing&exercise={two.pk}") == ["charlie"]
    assert names(client, small, "search=ERI") == ["erin"]
    assert names(client, small, "search=example.org+charlie") == ["charlie"]
    assert names(client, small, "search=%00%27+or+1=1") == []


def test_order_by_one_column_or_the_total(small: Class, as_: As) -> None:
    one, two = small.exercises
    for n, name in enumerate(("erin", "frank", "zoe")):
        student = make_student(course=small.course, username=name)
        mark(one, student, n / 4)
        mark(two, student, 1 - n / 2)
    client = as_(small.bob)

    def order(query: str) -> list[str]:
        page = client.get(f"{small.address}/?{query}").content.decode()
        return re.findall(r'<th scope="row">(\w+)</th>', page)

    assert order(f"exercise={one.pk}&order=best&search=example")[:3] == ["zoe", "frank", "erin"]
    assert order(f"exercise={one.pk}&order=worst&search=example")[:3] == ["erin", "frank", "zoe"]
    assert order("order=best")[:3] == ["erin", "frank", "zoe"]


def test_more_exercises_than_fit_are_shown_in_windows(small: Class, as_: As) -> None:
    module = make_module(course=small.course, slug="second")
    for n in range(45):
        make_exercise(module=module, slug=f"more-{n}", position=n)
    client = as_(small.bob)

    first, second = (client.get(f"{small.address}/?columns={n}").content.decode() for n in (1, 2))

    assert [first.count("gradebook-head"), second.count("gradebook-head")] == [41, 8]  # and the total


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


def test_instructor_sees_how_graders_mark_and_graders_do_not(small: Class, as_: As) -> None:
    one = small.exercises[0]
    for n in range(9):
        student = make_student(course=small.course)
        attempt = mark(one, student, 0.4)
        Score.objects.create(
            attempt=attempt, origin="human", decided_by=small.bob, reason="Seen.", value=0.6 + n % 2 / 10,
            rubric=one.rubric, grader_version="1",
        )  # fmt: skip
    address = f"{small.address}/first/one/"

    seen, hidden = (as_(who).get(address).content.decode() for who in (small.alice, small.bob))

    assert [page.count("graders-title") for page in (seen, hidden)] == [2, 0]
    assert re.search(r"24 %</span>\s*<span[^>]*>\(20 % to 28 %\)", seen)


def test_marks_by_hand_are_saved_one_by_one_and_conflicts_are_told(small: Class, as_: As) -> None:
    column = services.add_column(
        course=small.course, by=small.alice, name="Oral exam", points=Decimal(20), visible=True
    )
    address, mark_of = f"/gradebook/{small.course.slug}/columns/{column.pk}/marks/", f"mark-{small.charlie.pk}"
    client = as_(small.bob)
    fetched = {"X-Requested-With": "fetch"}

    saved = client.post(address, {mark_of: "12,5"}, headers=fetched)
    stale = client.post(address, {mark_of: "7", f"seen-{small.charlie.pk}": ""}, headers=fetched)
    wrong = client.post(address, {mark_of: "21"}, headers=fetched)
    whole = client.post(address, {mark_of: "many"})

    assert [each.status_code for each in (saved, stale, wrong, whole)] == [200, 409, 400, 400]
    assert saved.content.count(b'value="12.5"') == 1
    assert "wrote this mark meanwhile" in stale.content.decode()
    assert "between 0 and 20" in wrong.content.decode()
    assert "is no number" in whole.content.decode()
    assert list(HandMark.objects.values_list("points", "by")) == [(Decimal("12.5"), small.bob.pk)]
    assert as_(small.charlie).post(address, {mark_of: "20"}).status_code == 403


def test_file_goes_from_upload_over_preview_to_the_marks(small: Class, as_: As) -> None:
    services.add_column(course=small.course, by=small.alice, name="Oral exam", points=Decimal(20), visible=True)
    data = "username;Oral exam\ncharlie;13\nwho;2\n".encode("utf-16")
    client = as_(small.bob)

    uploaded = client.post(
        f"/gradebook/{small.course.slug}/import/", {"file": SimpleUploadedFile("jury.csv", data), "reason": ""}
    )
    preview = client.get(uploaded["Location"]).content.decode()
    before = HandMark.objects.count()
    applied = client.post(uploaded["Location"], {"do": "apply"})
    again = client.post(uploaded["Location"], {"do": "apply"})

    assert ("13.00" in preview, "No student of this course." in preview, before) == (True, True, 0)
    assert (applied.status_code, again.status_code) == (302, 409)
    assert [mark.points for mark in HandMark.objects.all()] == [13]
    assert client.post(f"/gradebook/{small.course.slug}/import/", {}).status_code == 400


@pytest.mark.parametrize("at", ["tomorrow", "2026-02-31T10:00", "25:00"])
def test_moment_that_nobody_can_read_never_means_now(at: str, small: Class, as_: As) -> None:
    attempt = mark(small.exercises[0], small.charlie, 0.5)
    address = f"/gradebook/{small.course.slug}/release/"

    answer = as_(small.alice).post(address, {"exercise": small.exercises[0].pk, "do": "hide", "at": at})

    attempt.refresh_from_db()
    assert (answer.status_code, attempt.released_at is None) == (400, False)
    assert "Nothing was shown or hidden" in answer.content.decode()
