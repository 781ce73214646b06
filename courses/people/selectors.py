"""Reading who takes part."""

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet

from courses.catalog.models import Course
from courses.people.models import Enrolment, Role


def enrolments_of(user: AbstractUser) -> QuerySet[Enrolment]:
    """Active enrolments of a person with their courses."""
    return Enrolment.objects.filter(user_id=user.pk, active=True).select_related("course")


def members(course: Course, role: Role | None = None) -> QuerySet[Enrolment]:
    """Active members of a course with their user rows, optionally of one role."""
    found = Enrolment.objects.filter(course=course, active=True).select_related("user")
    return found if role is None else found.filter(role=role)
