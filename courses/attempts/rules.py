"""Who may see and change an attempt, and whether work is accepted now."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from courses.attempts import errors
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.people.deadlines import Deadline
from courses.people.errors import Denied, Hidden
from courses.people.rules import Person, can_review, check_can_open_course, courses_reviewed_by
from courses.people.selectors import deadline_of, own_dates

NOTHING = timedelta()


def check_can_see_attempt(user: Person, attempt: Attempt) -> None:
    """The student who made it, and the graders and instructors of the course."""
    if attempt.student_id != user.pk and not can_review(user, attempt.exercise.module.course):
        raise Hidden("No such attempt.")


def check_can_change_attempt(user: Person, attempt: Attempt) -> None:
    """Only the student works on it; staff look. Whether it is still open is another question (`check_open`)."""
    check_can_see_attempt(user, attempt)
    if attempt.student_id != user.pk:
        raise Denied("This is another person's attempt.")
    check_can_open_course(user, attempt.exercise.module.course)


def can_see_attempt(user: Person, attempt: Attempt) -> bool:
    try:
        check_can_see_attempt(user, attempt)
    except Http404:
        return False
    return True


def can_change_attempt(user: Person, attempt: Attempt) -> bool:
    try:
        check_can_change_attempt(user, attempt)
    except (Http404, PermissionDenied):
        return False
    return True


def attempts_visible_to(user: Person) -> QuerySet[Attempt]:
    """One's own attempts and those of the courses that one reviews."""
    if user.pk is None:
        return Attempt.objects.none()
    return Attempt.objects.filter(
        Q(student_id=user.pk) | Q(exercise__module__course__in=courses_reviewed_by(user).values("pk"))
    )


def check_open(
    exercise: Exercise, student: AbstractUser | None = None, *, now: datetime | None = None, lost: timedelta = NOTHING
) -> Deadline:
    """Is work on this exercise accepted now? Raises Closed. After the due date work is late, not refused.

    `student`: whose dates; None: those of everybody. `lost`: time that our servers cost, given back.
    """
    now = now or timezone.now()
    if exercise.archived and not exercise.practice:
        raise errors.archived()
    dates = deadline_of(student, exercise, at=now) if student else own_dates(exercise)
    if dates.opens_at and now < dates.opens_at:
        raise errors.not_open_yet(dates.opens_at)
    if dates.closes_at and now >= dates.closes_at + lost:
        raise errors.closed(dates.closes_at)
    return dates


def is_open(exercise: Exercise, student: AbstractUser | None = None) -> bool:
    try:
        check_open(exercise, student)
    except errors.Closed:
        return False
    return True
