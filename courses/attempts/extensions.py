"""More time: extensions, time factors and groups, and the marks that follow from them.

A mark that was reduced for lateness is computed again, by a new line in the ledger. What a person decided stays.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import QuerySet

from courses.attempts import grader, marks
from courses.attempts.ledger import is_decision
from courses.attempts.models import Attempt, Score
from courses.attempts.selectors import current_score
from courses.catalog.models import Course, Exercise
from courses.people import services as people
from courses.people.models import Enrolment, Extension, Group
from courses.people.rules import Person
from courses.people.selectors import extended_students


def recompute(attempts: QuerySet[Attempt], *, reason: str = "") -> int:
    """Append a new automatic score wherever the credit for lateness is another one now. How many changed."""
    graded = attempts.filter(state=Attempt.State.GRADED).values_list("pk", flat=True)
    return sum(_recomputed(pk, reason) for pk in graded)


@transaction.atomic
def _recomputed(attempt_id: Any, reason: str) -> bool:
    rows = Attempt.objects.select_related("exercise__module__course", "student").select_for_update(of=("self",))
    attempt = rows.get(pk=attempt_id)
    score = current_score(attempt)
    if score is None or is_decision(score) or score.raw_value is None:
        return False
    changed = marks.columns(attempt, score.raw_value)
    if abs(changed["late_credit"] - score.late_credit) < 1e-9:
        return False
    Score.objects.create(
        attempt=attempt,
        origin=Score.Origin.LATE,
        findings=score.findings,
        rubric_id=score.rubric_id,
        grader_version=score.grader_version,
        reason=reason,
        **changed,
    )
    grader.tell(attempt)
    return True


@transaction.atomic
def grant(**fields: Any) -> Extension:
    """`people.services.grant_extension`, and the marks that follow from it."""
    extension = people.grant_extension(**fields)
    recompute(_concerned(extension), reason=extension.reason)
    return extension


def _concerned(extension: Extension) -> QuerySet[Attempt]:
    found = Attempt.objects.filter(
        student__in=extended_students(extension), exercise__module__course_id=extension.course_id
    )
    return found if extension.exercise_id is None else found.filter(exercise_id=extension.exercise_id)


@transaction.atomic
def set_time_factor(*, enrolment: Enrolment, factor: Decimal, by: Person) -> Enrolment:
    saved = people.set_time_factor(enrolment=enrolment, factor=factor, by=by)
    recompute(Attempt.objects.filter(student=saved.user_id, exercise__module__course_id=saved.course_id))
    return saved


@transaction.atomic
def save_group(
    *, course: Course, name: str, members: Iterable[AbstractUser], by: Person, group: Group | None = None
) -> Group:
    """Who joins a group has its extensions from now on, also for what was handed in before; who leaves, too."""
    before = set(group.members.values_list("user_id", flat=True)) if group else set()
    saved = people.save_group(course=course, name=name, members=members, by=by, group=group)
    moved = before ^ set(saved.members.values_list("user_id", flat=True))
    if saved.extensions.exists():
        recompute(Attempt.objects.filter(student__in=moved, exercise__module__course=course))
    return saved


def dates_changed(exercise: Exercise) -> int:
    """The exercise has other dates or another credit line: compute again what was reduced. How many changed."""
    return recompute(Attempt.objects.filter(exercise=exercise))
