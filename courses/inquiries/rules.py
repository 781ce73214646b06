"""Who may ask, read and answer. `check_x` raises, `can_x` asks."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from courses.attempts import selectors as attempts
from courses.attempts.errors import AttemptRefused
from courses.attempts.models import Attempt, Score
from courses.attempts.rules import check_can_change_attempt, check_can_see_attempt
from courses.attempts.services import check_can_decide
from courses.inquiries import errors
from courses.inquiries.models import Inquiry
from courses.people.errors import Denied
from courses.people.models import Enrolment
from courses.people.rules import STAFF, Person, can_review


def check_can_see(user: Person, inquiry: Inquiry) -> None:
    """The student who asks, and the graders and instructors of the course."""
    check_can_see_attempt(user, inquiry.attempt)


def asked_until(attempt: Attempt) -> datetime | None:
    """Until when the student may ask. None: not offered, or no mark to ask about.

    It counts from the release, and again from when something else than an answer to a request changed the mark.
    """
    days = attempt.exercise.module.course.review_rules.requests
    score = attempts.current_score(attempt)
    if not days or attempt.released_at is None or score is None:
        return None
    newest = attempt.released_at if score.origin == Score.Origin.INQUIRY else max(attempt.released_at, score.created_at)
    return newest + timedelta(days=days)


def check_can_ask(user: Person, attempt: Attempt) -> None:
    """The student about their own mark, within the time. Raises Hidden, Denied, InquiryRefused."""
    check_can_change_attempt(user, attempt)
    if not attempt.exercise.module.course.review_rules.requests:
        raise errors.not_offered()
    until = asked_until(attempt)
    if until is None:
        raise errors.no_mark()
    if timezone.now() >= until:
        raise errors.window_closed(until)


def can_ask(user: Person, attempt: Attempt) -> bool:
    try:
        check_can_ask(user, attempt)
    except (Http404, PermissionDenied, AttemptRefused):
        return False
    return True


def check_can_handle(user: AbstractUser, inquiry: Inquiry) -> None:
    """Graders of the course, but not whoever decided the mark, where there is another one."""
    check_can_decide(user, inquiry.attempt)
    if is_first(user, inquiry) and inquiry.allowed_by_id is None and others(inquiry):
        raise errors.first_grader()
    holder = inquiry.handler
    if holder is not None and holder.pk != user.pk and holds(inquiry):
        raise errors.taken(holder.get_username())


def can_handle(user: AbstractUser, inquiry: Inquiry) -> bool:
    try:
        check_can_handle(user, inquiry)
    except (Http404, PermissionDenied, AttemptRefused):
        return False
    return True


def is_first(user: Person, inquiry: Inquiry) -> bool:
    return inquiry.first_grader_id is not None and inquiry.first_grader_id == user.pk


def holds(inquiry: Inquiry) -> bool:
    """Can whoever took it still answer? A grader who has left the course holds nothing."""
    holder = inquiry.handler
    return holder is not None and holder.is_active and can_review(holder, inquiry.attempt.exercise.module.course)


def others(inquiry: Inquiry) -> list[int]:
    """The staff of the course besides the first grader and the student: ids of users."""
    course = inquiry.attempt.exercise.module.course_id
    staff = Enrolment.objects.filter(course=course, active=True, role__in=STAFF, user__is_active=True)
    found = staff.exclude(user_id__in=[inquiry.first_grader_id or 0, inquiry.attempt.student_id])
    return list(found.order_by("user_id").values_list("user_id", flat=True))


def check_is_student(user: Person, inquiry: Inquiry) -> None:
    check_can_see(user, inquiry)
    if inquiry.attempt.student_id != user.pk:
        raise Denied("Only who asked may do this.")
