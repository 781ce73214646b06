"""The same course again, for another group or another term."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from courses.catalog.dates import Calendar
from courses.catalog.models import Course, Exercise
from courses.catalog.rows import tree_of
from courses.catalog.schema import DATES
from courses.catalog.sync import write
from courses.catalog.tree import CourseTree, ExerciseTree


@transaction.atomic
def copy_course(*, course: Course, slug: str, starts_on: date | None = None, title: Any = None) -> Course:
    """A new, unpublished course with the content of `course` and nobody's work.

    Dates follow the new start: relative ones by their words, fixed ones by as many days as lie between the starts.
    Without a start before and after, fixed dates are left out, because they are over. Raises BadCourse for rows that
    no file could hold, ValueError when a course of this slug exists.
    """
    if Course.objects.filter(slug=slug).exists():
        raise ValueError(f"There is a course {slug!r} already.")
    tree = tree_of(course)
    changes = {"published": False, "starts_on": starts_on, "title": title or tree.file.title}
    write(_moved(replace(tree, slug=slug, file=tree.file.model_copy(update=changes)), tree.file.starts_on), source="")
    return Course.objects.get(slug=slug)


def reschedule(course: Course) -> int:
    """After the course's start or time zone changed: move the dates that were written relative to it. How many."""
    calendar, moved = Calendar(course.starts_on, course.time_zone), 0
    for exercise in Exercise.objects.filter(module__course=course).exclude(date_rules={}):
        for name, rule in exercise.date_rules.items():
            setattr(exercise, name, calendar.resolve(rule) if course.starts_on else None)
        exercise.save(update_fields=[*exercise.date_rules])
        moved += 1
    return moved


def _moved(tree: CourseTree, before: date | None) -> CourseTree:
    after = tree.file.starts_on
    days = (after - before).days if before and after else None
    modules = tuple(
        replace(module, exercises=tuple(_rescheduled(exercise, tree.calendar, days) for exercise in module.exercises))
        for module in tree.modules
    )
    return replace(tree, modules=modules)


def _rescheduled(tree: ExerciseTree, calendar: Calendar, days: int | None) -> ExerciseTree:
    dates = {name: _date(tree, name, calendar, days) for name in DATES}
    rules = tree.date_rules if calendar.starts_on else {}
    return replace(tree, file=tree.file.model_copy(update=dates), date_rules=rules)


def _date(tree: ExerciseTree, name: str, calendar: Calendar, days: int | None) -> datetime | None:
    if name in tree.date_rules:
        return calendar.resolve(tree.date_rules[name]) if calendar.starts_on else None
    moment: datetime | None = getattr(tree.file, name)
    if moment is None or days is None:
        return None
    return moment.astimezone(ZoneInfo(calendar.time_zone)) + timedelta(days=days)  # the same time on the clock
