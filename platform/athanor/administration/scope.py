"""Which rows of the admin belong to whom: an instructor's own courses, nothing else.

Everything is derived from `courses.people.rules`; the admin adds no rule of its own.
"""

from operator import attrgetter
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from courses.attempts.models import Attempt, Run, Score
from courses.catalog.models import Course, Exercise, Lesson, Module, Revision
from courses.people.models import Enrolment, Extension, Group
from courses.people.rules import can_operate, courses_managed_by
from courses.progress.models import Certificate

ModelT = TypeVar("ModelT", bound=Model)

COURSE_OF: dict[type[Model], str] = {
    Course: "pk",
    Module: "course",
    Lesson: "module__course",
    Exercise: "module__course",
    Revision: "course",
    Enrolment: "course",
    Group: "course",
    Extension: "course",
    Certificate: "course",
    Attempt: "exercise__module__course",
    Run: "attempt__exercise__module__course",
    Score: "attempt__exercise__module__course",
}


def is_administrator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


def is_operator(request: HttpRequest) -> bool:
    return can_operate(request.user)


def managed_courses(request: HttpRequest) -> frozenset[int]:
    """Ids of the courses that the person manages, asked once per request; empty for administrators, who need none."""
    found: frozenset[int] | None = getattr(request, "managed_courses", None)
    if found is None:
        mine = not request.user.is_superuser and request.user.is_active
        found = frozenset(courses_managed_by(request.user).values_list("pk", flat=True)) if mine else frozenset()
        request.managed_courses = found  # type: ignore[attr-defined]
    return found


def can_enter(request: HttpRequest) -> bool:
    """Administrators, people who look after servers, and instructors. Graders review on the site itself."""
    return is_administrator(request) or is_operator(request) or bool(managed_courses(request))


def manages_any(request: HttpRequest) -> bool:
    return is_administrator(request) or bool(managed_courses(request))


def manages(request: HttpRequest, row: Model) -> bool:
    """Whether the person manages the course that this row belongs to."""
    if is_administrator(request):
        return True
    course = attrgetter(COURSE_OF[type(row)].replace("__", "."))(row)
    return getattr(course, "pk", course) in managed_courses(request)


def own_rows(request: HttpRequest, rows: QuerySet[ModelT]) -> QuerySet[ModelT]:
    """The rows of the courses that the person manages."""
    if is_administrator(request):
        return rows
    return rows.filter(**{f"{COURSE_OF[rows.model]}__in": managed_courses(request)})
