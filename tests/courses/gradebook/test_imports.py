"""Marks from a file: the preview says what would change, and applying writes exactly that, or nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.gradebook import imports, recomputed, services
from courses.gradebook.errors import GradebookRefused
from courses.gradebook.models import HandMark, Import, Standing
from courses.people.errors import Denied
from tests.factories import (
    make_course,
    make_exercise,
    make_grader,
    make_instructor,
    make_module,
    make_student,
    make_submitted_attempt,
)

pytestmark = pytest.mark.django_db


class Class:
    def __init__(self) -> None:
        self.course = make_course()
        module = make_module(course=self.course, slug="first")
        self.one = make_exercise(module=module, slug="one", points=10)
        self.two = make_exercise(module=module, slug="two", points=20)
        self.alice, self.bob = make_instructor(course=self.course), make_grader(course=self.course)
        self.sam = make_student(course=self.course, username="sam")
        self.zoe = make_student(course=self.course, username="zoe", email="Zoe@example.org")
        self.oral = services.add_column(
            course=self.course, by=self.alice, name="Oral exam", points=Decimal(20), visible=True
        )

    def read(self, text: str, reason: str = "The list of the jury.") -> Import:
        return imports.prepare(course=self.course, by=self.bob, name="marks.csv", data=text.encode(), reason=reason)


@pytest.fixture
def small(db: None) -> Class:
    return Class()


def mark(exercise: Exercise, student: User, value: float | None, **fields: Any) -> Attempt:
    now = timezone.now()
    given = {"state": Attempt.State.GRADED, "graded_at": now, "released_at": now, **fields}
    attempt = make_submitted_attempt(exercise=exercise, student=student, **given)
    Score.objects.create(attempt=attempt, value=value, rubric=exercise.rubric, grader_version="1", origin="auto")
    return attempt


def said(draft: Import) -> list[tuple[int, str, str]]:
    return [(each["line"], each["column"], each["code"]) for each in draft.problems]


def changes(draft: Import) -> list[tuple[str, str, str, str]]:
    return [(each["name"], each["title"], each["before"], each["after"]) for each in draft.changes]


def test_preview_writes_nothing_and_apply_writes_what_it_says(small: Class) -> None:
    services.set_mark(column=small.oral, student=small.zoe, by=small.bob, points=Decimal(3), seen=None)
    mark(small.one, small.sam, 0.4)
    mark(small.two, small.zoe, None, released_at=None)
    before = HandMark.objects.count(), Score.objects.count()

    draft = small.read("email;first/one;first/two;oral EXAM\nsam@example.org;7,5;;12\nzoe@EXAMPLE.org;;20;3\n")

    assert changes(draft) == [
        ("sam", "first/one", "4.00", "7.50"), ("sam", "Oral exam", "", "12.00"), ("zoe", "first/two", "", "20.00"),
    ]  # fmt: skip
    assert (draft.same, draft.problems) == (1, [])
    assert (HandMark.objects.count(), Score.objects.count()) == before
    assert imports.apply(draft=draft, by=small.bob) == 3
    again = small.read("username,first/one,first/two,Oral exam\nsam,7.5,,12\nzoe,,20,3\n")
    assert (again.changes, again.same) == ([], 4)
    decision = Score.objects.get(attempt__student=small.sam, origin="human")
    assert (decision.value, decision.reason, decision.decided_by) == (0.75, "The list of the jury.", small.bob)
    assert Standing.objects.get(student=small.zoe).shown
    assert HandMark.objects.get(student=small.sam).source == "file"
    assert recomputed.differences() == []
    with pytest.raises(GradebookRefused, match="not_ready"):
        imports.apply(draft=draft, by=small.bob)


@pytest.mark.parametrize("what", ["hand", "exercise", "column"])
def test_nothing_is_written_where_a_mark_moved_meanwhile(what: str, small: Class) -> None:
    attempt = mark(small.one, small.sam, 0.4)
    draft = small.read("username,first/one,Oral exam\nsam,7,8\nzoe,,9\n")
    if what == "hand":
        services.set_mark(column=small.oral, student=small.zoe, by=small.alice, points=Decimal(1), seen=None)
    elif what == "column":
        services.change_column(
            column=small.oral, by=small.alice, name="Oral exam", points=Decimal(20), visible=True, archived=True
        )
    else:
        Score.objects.create(attempt=attempt, value=0.5, rubric=small.one.rubric, grader_version="2", origin="late")
    before = HandMark.objects.count(), Score.objects.count()

    with pytest.raises(GradebookRefused, match="moved"):
        imports.apply(draft=draft, by=small.bob)

    assert (HandMark.objects.count(), Score.objects.count()) == before
    assert Import.objects.get().state == "ready"


def test_everything_that_cannot_be_taken_is_named(small: Class) -> None:
    mark(small.one, small.sam, 0.9)
    mark(small.one, small.sam, 0.8)

    draft = small.read(
        "id,username,first/one,first/one,Oral exam,first/none,name\n"
        "1,nobody,1,,1,,\n"
        ",sam,5,,21,,Sam\n"
        ",sam,1,,1,,Sam\n"
        ",zoe,1,,=SUM(A1),,\n"
        ",,,,-1,,\n"
    )

    assert draft.changes == []
    assert said(draft) == [
        (1, "first/one", "column_twice"), (1, "first/none", "unknown_column"), (2, "username", "unknown_person"),
        (3, "first/one", "another_attempt"), (3, "Oral exam", "out_of_range"), (4, "username", "twice"),
        (5, "first/one", "nothing_to_mark"), (5, "Oral exam", "formula"), (6, "username", "unknown_person"),
    ]  # fmt: skip


def test_export_is_read_back_without_any_change(small: Class, client: Any) -> None:
    mark(small.one, small.sam, 0.4)
    services.set_mark(column=small.oral, student=small.zoe, by=small.bob, points=Decimal("3.5"), seen=None)
    client.force_login(small.bob)

    for form in ("csv", "xlsx"):
        data = client.get(f"/courses/{small.course.slug}/gradebook.{form}").content
        draft = imports.prepare(course=small.course, by=small.bob, name="back", data=data)
        assert (draft.changes, draft.problems, draft.same) == ([], [], 2)


def test_marks_of_exercises_need_a_reason_and_a_person_of_the_staff(small: Class) -> None:
    mark(small.one, small.sam, 0.4)
    with pytest.raises(GradebookRefused, match="reason_missing"):
        small.read("username,first/one\nsam,7\n", reason=" ")
    draft = small.read("username,first/one\nsam,7\n")
    with pytest.raises(Denied):
        imports.apply(draft=draft, by=small.sam)
    imports.cancel(draft=draft, by=small.bob)
    with pytest.raises(GradebookRefused, match="not_ready"):
        imports.apply(draft=draft, by=small.bob)


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("name,Oral exam\nsam,1\n", "no_person")])
def test_file_without_people_changes_nothing(text: str, code: str, small: Class) -> None:
    draft = small.read(text or "\n")

    assert said(draft) == [(1, "", code)]
