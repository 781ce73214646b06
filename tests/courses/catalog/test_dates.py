from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from courses.catalog.copying import copy_course, reschedule
from courses.catalog.dates import Calendar
from courses.catalog.load import load
from courses.catalog.models import Course, Exercise
from courses.catalog.sync import sync
from courses.catalog.tree import BadCourse
from tests.courses.catalog.folders import EXERCISE, make_course_folder

AUTUMN = Calendar(date(2026, 9, 9), "Europe/Paris")  # a Wednesday
COURSE = "title: {en: Greeting, fr: Saluer}\nstarts_on: 2026-09-09\ntime_zone: Europe/Paris\n"


@pytest.mark.parametrize(
    ("rule", "moment"),
    [
        ("week 1 monday 08:00", datetime(2026, 9, 7, 6, 0, tzinfo=UTC)),
        ("week 3 friday 23:59", datetime(2026, 9, 25, 21, 59, tzinfo=UTC)),
        ("Week 8  SUNDAY 0:30", datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),  # after the clocks changed
        ("week 7 sunday 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # shown twice: the first
    ],
)
def test_rule_counts_from_the_week_of_the_start(rule: str, moment: datetime) -> None:
    assert AUTUMN.resolve(rule) == moment


def test_hour_that_the_clock_skips_comes_after() -> None:
    spring = Calendar(date(2026, 3, 23), "Europe/Paris")

    assert spring.resolve("week 1 sunday 02:30") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 on the clock


@pytest.mark.parametrize(
    "rule", ["week", "week 0 monday 10:00", "week 3 freitag 10:00", "week 3 friday 24:00", "week 3"]
)
def test_rule_written_wrong_is_named_with_its_line(rule: str, tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path, course=COURSE, exercise=f"due_at: {rule}\n{EXERCISE}")

    with pytest.raises(BadCourse) as caught:
        load(folder)

    said = "due_at: a date relative to the course's start is written like `week 3 friday 23:59`"
    assert str(caught.value) == f"greeting/01-start/exercises/hello.yml:1: {said}"


def test_rule_without_a_start_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BadCourse, match="give `starts_on`"):
        load(make_course_folder(tmp_path, exercise=f"due_at: week 1 friday 10:00\n{EXERCISE}"))


@pytest.mark.django_db
def test_rerun_changes_one_line(tmp_path: Path) -> None:
    exercise = f"opens_at: 2026-09-10T08:00:00+02:00\ndue_at: week 8 friday 23:59\n{EXERCISE}"
    sync(make_course_folder(tmp_path, course=COURSE, exercise=exercise))
    original = Course.objects.get()

    copy = copy_course(course=original, slug="greeting-spring", starts_on=date(2027, 2, 3))

    copied = Exercise.objects.get(module__course=copy)
    assert (copy.published, copy.join_code == original.join_code) == (False, False)
    assert copied.due_at == datetime(2027, 3, 26, 22, 59, tzinfo=UTC)
    assert copied.opens_at == datetime(2027, 2, 4, 7, 0, tzinfo=UTC)  # eight o'clock, in winter time
    assert copied.date_rules == {"due_at": "week 8 friday 23:59"}
    with pytest.raises(ValueError, match="greeting-spring"):
        copy_course(course=original, slug="greeting-spring")


@pytest.mark.django_db
def test_copy_without_a_start_has_no_dates_of_the_past(tmp_path: Path) -> None:
    exercise = f"opens_at: 2026-09-10T08:00:00+02:00\ndue_at: week 8 friday 23:59\n{EXERCISE}"
    sync(make_course_folder(tmp_path, course=COURSE, exercise=exercise))

    copy = copy_course(course=Course.objects.get(), slug="later")

    assert Exercise.objects.filter(module__course=copy).values_list("opens_at", "due_at", "date_rules").get() == (
        None, None, {},
    )  # fmt: skip


@pytest.mark.django_db
def test_new_start_moves_relative_dates(tmp_path: Path) -> None:
    sync(make_course_folder(tmp_path, course=COURSE, exercise=f"due_at: week 1 friday 10:00\n{EXERCISE}"))
    course = Course.objects.get()
    course.starts_on = date(2026, 9, 16)

    assert reschedule(course) == 1
    assert Exercise.objects.get().due_at == datetime(2026, 9, 18, 8, 0, tzinfo=UTC)
