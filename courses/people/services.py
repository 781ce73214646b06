"""The only writers of enrolments, groups and extensions."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from courses.catalog.models import JOIN_ALPHABET, Course, Exercise
from courses.people.errors import Denied, ExtensionRefused, JoiningClosed, WrongCode
from courses.people.models import Enrolment, Extension, Group, Role
from courses.people.rules import Person, check_can_manage
from courses.texts import both


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


@transaction.atomic
def set_time_factor(*, enrolment: Enrolment, factor: Decimal, by: Person) -> Enrolment:
    """How many times the usual time this person has. Call `attempts.extensions.set_time_factor`: marks may change."""
    check_can_manage(by, enrolment.course)
    enrolment.time_factor = factor
    enrolment.save(update_fields=["time_factor"])
    return enrolment


@transaction.atomic
def save_group(
    *, course: Course, name: str, members: Iterable[AbstractUser], by: Person, group: Group | None = None
) -> Group:
    """A new group, or `group` with another name and other members. Only people of the course can be in it."""
    check_can_manage(by, course)
    inside = Enrolment.objects.filter(course=course, active=True, user__in=[user.pk for user in members])
    found = group or Group(course=course)
    found.name = name
    found.save()
    found.members.set(inside)
    return found


@transaction.atomic
def grant_extension(
    *,
    course: Course,
    exercise: Exercise | None,
    student: AbstractUser | None = None,
    group: Group | None = None,
    days: int = 0,
    due_at: datetime | None = None,
    closes_at: datetime | None = None,
    attempts: int = 0,
    reason: str,
    expires_at: datetime | None = None,
    by: Person,
) -> Extension:
    """Raises ExtensionRefused, Denied. Call `attempts.extensions.grant`: marks that were reduced may rise."""
    check_can_manage(by, course)
    gives = bool(days or due_at or closes_at or attempts)
    check_extension(course=course, exercise=exercise, student=student, group=group, gives=gives, reason=reason)
    return Extension.objects.create(
        course=course, exercise=exercise, student_id=student.pk if student else None, group=group, days=days,
        due_at=due_at, closes_at=closes_at, attempts=attempts, reason=reason.strip()[:300], expires_at=expires_at,
        granted_by_id=by.pk,
    )  # fmt: skip


def check_extension(
    *,
    course: Course,
    exercise: Exercise | None,
    student: AbstractUser | None,
    group: Group | None,
    gives: bool,
    reason: str,
) -> None:
    """Raises ExtensionRefused. `gives`: whether it gives anything at all."""
    if not gives:
        raise ExtensionRefused(both("Give days, a date, or attempts.", "Donnez des jours, une date ou des tentatives."))
    if not reason.strip():
        raise ExtensionRefused(both("Give a reason: the student reads it.", "Donnez un motif : l'étudiant le lit."))
    if (student is None) == (group is None):
        raise ExtensionRefused(both("Name one student or one group.", "Nommez un étudiant ou un groupe."))
    if exercise is not None and exercise.module.course_id != course.pk:
        raise ExtensionRefused(both("The exercise is of another course.", "L'exercice est d'un autre cours."))
    if group is not None and group.course_id != course.pk:
        raise ExtensionRefused(both("The group is of another course.", "Le groupe est d'un autre cours."))
    if student is not None and not Enrolment.objects.filter(course=course, user_id=student.pk, active=True).exists():
        text = both("{name} does not take part in this course.", "{name} ne participe pas à ce cours.",
                    name=student.get_username())  # fmt: skip
        raise ExtensionRefused(text)


@transaction.atomic
def end_extension(*, extension: Extension, by: Person) -> Extension:
    """From now on it gives nothing; what was handed in under it stays in time."""
    check_can_manage(by, extension.course)
    now = timezone.now()
    if extension.expires_at is None or extension.expires_at > now:
        extension.expires_at = now
        extension.save(update_fields=["expires_at"])
    return extension


def mark_trained(*, course: Course, grader: AbstractUser, trained: bool = True) -> None:
    """The grader has passed the training of this course, or must pass it again. Called by `courses.training`."""
    rows = Enrolment.objects.filter(course=course, user_id=grader.pk)
    if trained:
        rows = rows.filter(trained_at=None)  # the first time counts
    rows.update(trained_at=timezone.now() if trained else None)
