"""The only writers of columns and of the marks in them. Standings are written by the database itself."""

from decimal import Decimal, InvalidOperation

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction

from courses.catalog.models import Course
from courses.gradebook import errors
from courses.gradebook.models import Column, HandMark
from courses.gradebook.selectors import hand_mark
from courses.people.models import Enrolment, Role
from courses.people.rules import check_can_manage, check_can_review
from workers.scheduling.storable import storable

CENT = Decimal("0.01")


def add_column(*, course: Course, by: AbstractUser, name: str, points: Decimal, visible: bool) -> Column:
    """Raises GradebookRefused, Denied."""
    check_can_manage(by, course)
    return _saved(Column(course=course), name, points, visible)


def change_column(
    *, column: Column, by: AbstractUser, name: str, points: Decimal, visible: bool, archived: bool = False
) -> Column:
    """Raises GradebookRefused, Denied."""
    check_can_manage(by, column.course)
    column.archived = archived
    return _saved(column, name, points, visible)


def _saved(column: Column, name: str, points: Decimal, visible: bool) -> Column:
    column.name, column.visible = str(storable(name.strip()[:80])), visible
    if not column.name:
        raise errors.name_missing()
    if not 0 <= points <= 9999:
        raise errors.out_of_range(Decimal(9999))
    column.points = points.quantize(CENT)
    try:
        with transaction.atomic():
            column.save()
    except IntegrityError as error:
        raise errors.name_taken() from error
    return column


def number(text: str) -> Decimal | None:
    """What somebody typed, with a point or a comma; None for nothing. Raises GradebookRefused."""
    plain = text.replace("\u00a0", "").replace("\u202f", "").strip().replace(",", ".")
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation as error:
        raise errors.no_number(text) from error
    if not found.is_finite() or "e" in plain.lower() or "_" in plain:
        raise errors.no_number(text)
    return found.quantize(CENT) if abs(found) < 10**6 else found


@transaction.atomic
def set_mark(
    *,
    column: Column,
    student: AbstractUser,
    by: AbstractUser,
    points: Decimal | None,
    seen: int | None,
    source: str = HandMark.Source.TYPED,
) -> HandMark | None:
    """Append a mark. `seen`: the id of the entry that its writer saw, None where there was none.

    The same mark again appends nothing. Raises Moved where somebody wrote meanwhile, GradebookRefused, Denied.
    """
    check_can_review(by, column.course)
    Column.objects.select_for_update().get(pk=column.pk)  # two writers of one column take turns
    if not Enrolment.objects.filter(course=column.course_id, user=student.pk, role=Role.STUDENT, active=True).exists():
        raise errors.not_a_student()
    if points is not None and not 0 <= points <= column.points:
        raise errors.out_of_range(column.points)
    now = hand_mark(column, student)
    if (now.points if now else None) == points:
        return now
    if (now.pk if now else None) != seen:
        who = now.by.get_full_name() or now.by.get_username() if now else "–"
        raise errors.Moved(now.points if now else None, who)
    return HandMark.objects.create(column=column, student_id=student.pk, by_id=by.pk, points=points, source=source)
