"""The only writers of enrolments."""

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from courses.catalog.models import JOIN_ALPHABET, Course
from courses.people.errors import Denied, JoiningClosed, WrongCode
from courses.people.models import Enrolment, Role
from courses.people.rules import Person, check_can_manage


def normal_code(code: str) -> str:
    """What people type for a code: lower case, spaces and dashes do not matter."""
    return "".join(letter for letter in code.upper()[:64] if letter in JOIN_ALPHABET)


def join(*, user: AbstractUser, code: str) -> Enrolment:
    """Enrol as a student by the course's code; who is in already stays what they are.

    Raises WrongCode, or JoiningClosed also for somebody who was taken off the course.
    """
    wanted = normal_code(code)
    course = Course.objects.filter(join_code=wanted).first() if wanted else None
    if course is None:
        raise WrongCode
    present = Enrolment.objects.filter(course=course, user_id=user.pk).first()
    if present is not None and present.active:
        return present
    if present is not None or not (course.joining_open and course.published):
        raise JoiningClosed
    return Enrolment.objects.get_or_create(course=course, user_id=user.pk, defaults={"role": Role.STUDENT})[0]


@transaction.atomic
def enrol(*, course: Course, user: AbstractUser, role: Role, by: Person | None) -> Enrolment:
    """Give somebody a role in a course, or another role. `by` is None when the installation itself does it."""
    if by is not None:
        check_can_manage(by, course)
    enrolment, _new = Enrolment.objects.update_or_create(
        course=course, user_id=user.pk, defaults={"role": role, "active": True}
    )
    return enrolment


@transaction.atomic
def remove(*, enrolment: Enrolment, by: Person) -> Enrolment:
    """Take somebody off a course; their work stays. Nobody removes themselves, so that a course keeps an instructor."""
    check_can_manage(by, enrolment.course)
    if enrolment.user_id == by.pk:
        raise Denied("Ask another instructor to take you off the course.")
    enrolment.active = False
    enrolment.save(update_fields=["active"])
    return enrolment
