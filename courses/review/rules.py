"""Who may see whose work it is while they mark it."""

from django.core.exceptions import PermissionDenied

from courses.attempts.models import Attempt
from courses.people.errors import Denied
from courses.people.rules import Person, check_can_manage, check_can_review
from courses.review.models import Unveiling


def check_can_see_name(user: Person, attempt: Attempt) -> None:
    """The student's name, number and times. Where marking is blind: oneself, and instructors who lifted the veil."""
    if attempt.student_id == user.pk:
        return
    course = attempt.exercise.module.course
    check_can_review(user, course)
    if course.review_rules.blind and not Unveiling.objects.filter(attempt=attempt, by_id=user.pk).exists():
        raise Denied("In this course, work is marked without knowing whose it is.")


def can_see_name(user: Person, attempt: Attempt) -> bool:
    try:
        check_can_see_name(user, attempt)
    except PermissionDenied:
        return False
    return True


def check_can_unveil(user: Person, attempt: Attempt) -> None:
    """Only instructors, and it is written down."""
    check_can_manage(user, attempt.exercise.module.course)
