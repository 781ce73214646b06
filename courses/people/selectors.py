"""Reading who takes part, and when their work is due."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.db.models import BigIntegerField, Count, Q, QuerySet
from django.utils import timezone

from courses.catalog.late import LatePolicy
from courses.catalog.models import Course, Exercise
from courses.people.deadlines import Deadline, Grant, deadline
from courses.people.models import Enrolment, Extension, Role
from workers import prepared
from workers.prepared import Given

PERSON, COURSE = Given(0, BigIntegerField()), Given(1, BigIntegerField())


def enrolments_of(user: AbstractUser) -> QuerySet[Enrolment]:
    """Active enrolments of a person with their courses."""
    return Enrolment.objects.filter(user_id=user.pk, active=True).select_related("course")


def members(course: Course, role: Role | None = None) -> QuerySet[Enrolment]:
    """Active members of a course with their user rows, optionally of one role."""
    found = Enrolment.objects.filter(course=course, active=True).select_related("user")
    return found if role is None else found.filter(role=role)


def students_by_course(courses: Collection[int]) -> dict[int, int]:
    """How many active students each of these courses has; a course without any is left out."""
    found = Enrolment.objects.filter(course_id__in=courses, active=True, role=Role.STUDENT)
    return dict(found.order_by().values_list("course_id").annotate(Count("pk")))


def deadline_of(student: AbstractUser, exercise: Exercise, *, at: datetime | None = None) -> Deadline:
    """The dates that hold for this person, with the reasons. `at`: as they held then; extensions may have expired."""
    return deadlines_of(student, [exercise], at=at)[exercise.pk]


def deadlines_of(
    student: AbstractUser, exercises: Iterable[Exercise], *, at: datetime | None = None
) -> dict[int, Deadline]:
    """By the exercise's id, in two queries. Expects `module__course` to be fetched."""
    rows, moment = list(exercises), at or timezone.now()
    courses = {exercise.module.course_id for exercise in rows}
    factors = dict(_factors_read(student, courses)) if rows else {}
    grants = _grants(student, courses) if rows else {}
    return {
        exercise.pk: deadline(
            own_dates(exercise),
            factor=float(factors.get(exercise.module.course_id, 1)),
            grants=[*grants.get((exercise.module.course_id, None), ()),
                    *grants.get((exercise.module.course_id, exercise.pk), ())],
            at=moment,
        )
        for exercise in rows
    }  # fmt: skip


def own_dates(exercise: Exercise) -> Deadline:
    """What holds for everybody."""
    return Deadline(
        opens_at=exercise.opens_at,
        due_at=exercise.due_at,
        closes_at=exercise.closes_at,
        late=LatePolicy.model_validate(exercise.late) if exercise.late else None,
        zone=ZoneInfo(exercise.module.course.time_zone),
        everybody=exercise.due_at,
    )


def _factors_read(student: AbstractUser, courses: Collection[int]) -> Iterable[tuple[int, Decimal]]:
    if len(courses) > 1:
        return _factors(student.pk, Q(course__in=courses))
    rows: Iterable[Any] = prepared.select(
        "time factors", partial(_factors, PERSON, Q(course=COURSE)), student.pk, *courses
    )
    return rows


def _factors(student: int | Given, inside: Q) -> QuerySet[Enrolment, tuple[int, Decimal]]:
    rows = Enrolment.objects.filter(inside, user=student, active=True).order_by()
    return rows.values_list("course_id", "time_factor")


def _extensions_read(student: AbstractUser, courses: Collection[int]) -> Iterable[Extension]:
    if len(courses) > 1:
        return _extensions(student.pk, Q(course__in=courses))
    return prepared.objects("extensions", partial(_extensions, PERSON, Q(course=COURSE)), student.pk, *courses)


def _extensions(student: int | Given, inside: Q) -> QuerySet[Extension]:
    theirs = Q(student=student) | Q(group__members__user=student, group__members__active=True)
    rows = Extension.objects.filter(theirs, inside).select_related("group")
    return rows.distinct().order_by("created_at", "pk")


def _grants(student: AbstractUser, courses: Collection[int]) -> dict[tuple[int, int | None], list[Grant]]:
    """By course and exercise (None: all of them), oldest first."""
    found: dict[tuple[int, int | None], list[Grant]] = defaultdict(list)
    for row in _extensions_read(student, courses):
        found[row.course_id, row.exercise_id].append(
            Grant(
                due_at=row.due_at,
                closes_at=row.closes_at,
                days=row.days,
                attempts=row.attempts,
                reason=row.reason,
                group=row.group.name if row.group else "",
                expires_at=row.expires_at,
            )
        )
    return found


def extended_students(extension: Extension) -> list[int]:
    """Whom it concerns: ids of users."""
    if extension.student_id is not None:
        return [extension.student_id]
    inside = Enrolment.objects.filter(groups=extension.group_id, active=True)
    return list(inside.values_list("user_id", flat=True))
