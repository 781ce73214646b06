"""Who may do what in a course. `check_x` raises Denied or Hidden, `can_x` asks it; querysets answer for lists.

Superusers may do everything. A course that is not published exists only for its staff.
"""

from collections.abc import Collection

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Q, QuerySet
from django.http import Http404

from courses.catalog.models import Course, Exercise
from courses.people.errors import Denied, Hidden, Untrained
from courses.people.models import Enrolment, Role
from workers import prepared
from workers.prepared import Given

Person = AbstractUser | AnonymousUser

STAFF = (Role.GRADER, Role.INSTRUCTOR)


def role_in(user: Person, course: Course) -> Role | None:
    """The role of an active enrolment, or None."""
    found = [] if user.pk is None else prepared.select("role in a course", _roles, user.pk, course.pk)
    return Role(found[0][0]) if found else None


def _roles() -> QuerySet[Enrolment, tuple[str]]:
    person, course = Given(0, BigIntegerField()), Given(1, BigIntegerField())
    return Enrolment.objects.filter(user=person, active=True, course=course).order_by("pk").values_list("role")


def check_can_open_course(user: Person, course: Course) -> None:
    if user.is_superuser:
        return
    role = role_in(user, course)
    if role is None or not (course.published or role in STAFF):
        raise Hidden("No such course.")


def check_can_work(user: Person, exercise: Exercise) -> None:
    """May this person begin attempts at the exercise? Dates and limits are asked by `attempts.services`."""
    check_can_open_course(user, exercise.module.course)


def check_can_review(user: Person, course: Course) -> None:
    _check_role(user, course, STAFF)


def check_is_trained(user: Person, course: Course) -> None:
    """Where a course trains its graders, only those decide who have passed. Instructors need not. Raises Untrained."""
    if not course.review_rules.training or user.is_superuser:
        return
    if _enrolments(user).filter(course=course, role=Role.GRADER, trained_at=None).exists():
        raise Untrained("In this course graders train before they decide.")


def is_trained(user: Person, course: Course) -> bool:
    try:
        check_is_trained(user, course)
    except PermissionDenied:
        return False
    return True


def check_can_manage(user: Person, course: Course) -> None:
    _check_role(user, course, (Role.INSTRUCTOR,))


def check_can_see_names(user: Person, course: Course) -> None:
    """Whose work is it, in lists that are not about one piece? Where marking is blind, only instructors know."""
    check_can_review(user, course)
    if course.review_rules.blind and not can_manage(user, course):
        raise Denied("In this course, work is marked without knowing whose it is.")


def check_can_operate(user: Person) -> None:
    """Servers, model aliases, the queue of everybody: administrators, and whoever was given the permission."""
    if not (user.is_active and (user.is_superuser or user.has_perm("backends.change_server"))):
        raise Denied("Only administrators may do this.")


def _check_role(user: Person, course: Course, roles: Collection[Role]) -> None:
    check_can_open_course(user, course)
    if not user.is_superuser and role_in(user, course) not in roles:
        raise Denied("Your role in this course does not allow this.")


def can_open_course(user: Person, course: Course) -> bool:
    try:
        check_can_open_course(user, course)
    except Http404:
        return False
    return True


def can_work(user: Person, exercise: Exercise) -> bool:
    return can_open_course(user, exercise.module.course)


def can_review(user: Person, course: Course) -> bool:
    try:
        check_can_review(user, course)
    except (Http404, PermissionDenied):
        return False
    return True


def can_manage(user: Person, course: Course) -> bool:
    try:
        check_can_manage(user, course)
    except (Http404, PermissionDenied):
        return False
    return True


def can_see_names(user: Person, course: Course) -> bool:
    try:
        check_can_see_names(user, course)
    except (Http404, PermissionDenied):
        return False
    return True


def can_operate(user: Person) -> bool:
    try:
        check_can_operate(user)
    except PermissionDenied:
        return False
    return True


def courses_visible_to(user: Person) -> QuerySet[Course]:
    if user.is_superuser:
        return Course.objects.all()
    mine = _enrolments(user)
    return Course.objects.filter(
        Q(published=True, pk__in=mine.values("course")) | Q(pk__in=mine.filter(role__in=STAFF).values("course"))
    )


def courses_reviewed_by(user: Person) -> QuerySet[Course]:
    return _courses_with(user, STAFF)


def courses_managed_by(user: Person) -> QuerySet[Course]:
    return _courses_with(user, (Role.INSTRUCTOR,))


def _courses_with(user: Person, roles: Collection[Role]) -> QuerySet[Course]:
    if user.is_superuser:
        return Course.objects.all()
    return Course.objects.filter(pk__in=_enrolments(user).filter(role__in=roles).values("course"))


def _enrolments(user: Person) -> QuerySet[Enrolment]:
    if user.pk is None:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(user_id=user.pk, active=True)
