"""Columns that are marked by hand: a history that only grows, and nobody overwrites what they did not see."""

from decimal import Decimal
from typing import Any

import pytest

from courses.gradebook import selectors, services
from courses.gradebook.errors import GradebookRefused, Moved
from courses.gradebook.models import Column, HandMark
from courses.people.errors import Denied
from tests.factories import make_course, make_grader, make_instructor, make_student

pytestmark = pytest.mark.django_db


class Class:
    def __init__(self) -> None:
        self.course = make_course()
        self.alice, self.bob = make_instructor(course=self.course), make_grader(course=self.course)
        self.charlie = make_student(course=self.course)
        self.column = services.add_column(
            course=self.course, by=self.alice, name="Oral exam", points=Decimal(20), visible=True
        )

    def mark(self, points: str | None, **fields: Any) -> HandMark | None:
        value = None if points is None else Decimal(points)
        return services.set_mark(
            **{"column": self.column, "student": self.charlie, "by": self.bob, "points": value, "seen": None, **fields}
        )


@pytest.fixture
def small(db: None) -> Class:
    return Class()


def test_history_grows_and_its_newest_entry_counts(small: Class) -> None:
    first = small.mark("12.5")
    assert first is not None
    assert small.mark("12.5") == first  # the same again is nothing
    second = small.mark("14", by=small.alice, seen=first.pk)
    assert second is not None
    small.mark(None, seen=second.pk)

    history = [(mark.points, mark.by) for mark in HandMark.objects.order_by("pk")]

    assert history == [(Decimal("12.5"), small.bob), (14, small.alice), (None, small.bob)]
    newest = selectors.hand_mark(small.column, small.charlie)
    assert newest is not None
    assert newest.points is None


def test_mark_that_somebody_else_wrote_is_not_overwritten(small: Class) -> None:
    small.mark("12")

    with pytest.raises(Moved) as refused:
        small.mark("9", by=small.alice)

    assert refused.value.now == 12
    assert HandMark.objects.count() == 1


@pytest.mark.parametrize("points", ["-0.01", "20.01"])
def test_mark_out_of_range_is_refused(points: str, small: Class) -> None:
    with pytest.raises(GradebookRefused, match="out_of_range"):
        small.mark(points)


def test_marks_are_for_students_of_the_course_by_its_staff(small: Class) -> None:
    other = make_student(course=make_course())
    with pytest.raises(GradebookRefused, match="not_a_student"):
        small.mark("1", student=other)
    with pytest.raises(Denied):
        small.mark("1", by=small.charlie)
    with pytest.raises(Denied):
        services.add_column(course=small.course, by=small.bob, name="Mine", points=Decimal(1), visible=True)
    assert not HandMark.objects.exists()


def test_two_columns_need_two_names(small: Class) -> None:
    with pytest.raises(GradebookRefused, match="name_taken"):
        services.add_column(course=small.course, by=small.alice, name=" Oral exam ", points=Decimal(1), visible=True)
    services.change_column(
        column=small.column, by=small.alice, name="Oral exam", points=Decimal(20), visible=True, archived=True
    )
    services.add_column(course=small.course, by=small.alice, name="Oral exam", points=Decimal(1), visible=True)
    assert Column.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "points"), [("7,5", "7.5"), (" 7.5 ", "7.5"), ("1\u202f000", "1000"), ("", None), ("0.005", "0.00")]
)
def test_numbers_as_people_write_them(text: str, points: str | None) -> None:
    assert services.number(text) == (None if points is None else Decimal(points))


@pytest.mark.parametrize("text", ["seven", "nan", "Infinity", "1e2", "=1+1", "1_0", "1,000.5", "--1"])
def test_text_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(GradebookRefused, match="no_number"):
        services.number(text)


def test_total_counts_visible_columns_and_follows_the_weights(small: Class) -> None:
    small.mark("10")
    hidden = services.add_column(course=small.course, by=small.alice, name="Draft", points=Decimal(100), visible=False)
    services.set_mark(column=hidden, student=small.charlie, by=small.bob, points=Decimal(90), seen=None)
    columns = selectors.columns_of(small.course)
    students = list(small.course.enrolments.filter(user=small.charlie).select_related("user"))

    [line] = selectors.lines(columns, students)

    assert (line.total.points, line.total.of) == (10, 20)
    small.course.gradebook = {"by_hand": {"weight": 40}}
    [weighed] = selectors.lines(selectors.columns_of(small.course), students)
    assert (weighed.total.points, weighed.total.of) == (20, 40)
