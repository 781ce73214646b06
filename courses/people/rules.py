"""Who may do what in a course. `check_x` raises Denied or Hidden, `can_x` asks it; querysets answer for lists.

Superusers may do everything. A course that is not published exists only for its staff.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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

_known: ContextVar[dict[tuple[int, int], Role | None] | None] = ContextVar("known_roles", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside, each role is read once: for drawing one page, which asks the same question a dozen times. Never around
    anything that writes: there a role that was just taken away must count at once."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def role_in(user: Person, course: Course) -> Role | None:
    """The role of an active enrolment, or None."""
    if user.pk is None:
        return None
    known, key = _known.get(), (user.pk, course.pk)
    if known is None:
        return _role(*key)
    if key not in known:
        known[key] = _role(*key)
    return known[key]


def _role(user: int, course: int) -> Role | None:
    found = prepared.select("role in a course", _roles, user, course)
    return Role(found[0][0]) if found else None


def _roles() -> QuerySet[Enrolment, tuple[str]]:
    person, course = Given(0, BigIntegerField()), Given(1, BigIntegerField())
    return Enrolment.objects.filter(user=person, active=True, course=course).order_by("pk").values_list("role")


def check_can_open_course(user: Person, course: Course) -> None:
    if not user.is_superuser:
        _check_opens(role_in(user, course), course)


def _check_opens(role: Role | None, course: Course) -> None:
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
    if user.is_superuser:
        return
    role = role_in(user, course)
    _check_opens(role, course)
    if role not in roles:
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


def staffed_by(user: Person) -> list[Enrolment]:
    """Where `user` grades or instructs, each with its course. Superusers may do so everywhere, without enrolments."""
    rows = _enrolments(user).filter(role__in=STAFF).select_related("course")
    return list(rows.only("role", "trained_at", "course__title", "course__slug", "course__review"))


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
