"""After a change by form: the course as it is now is kept, as files, with who changed it."""

from typing import Any, cast

from django.http import HttpRequest

from athanor.accounts.models import User
from courses.catalog import practice, revisions
from courses.catalog.models import Course


def keep(request: HttpRequest, course: Course) -> None:
    practice.refresh(course)
    revisions.record(course=course, by=cast("User", request.user))


def keep_all(request: HttpRequest, exercises: Any) -> None:
    """For bulk actions: each course once."""
    for course in Course.objects.filter(modules__exercises__in=exercises).distinct():
        keep(request, course)
