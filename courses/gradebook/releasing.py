"""Showing and hiding the marks of many at once, now or at a moment that somebody set.

What has no mark, or waits for somebody who looks at the work, is never shown by this. Hiding takes a mark from the
student's sight; it stays in the ledger. Every release and every hiding is a row with who, when, and which attempts.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from courses.attempts import grader
from courses.attempts.models import Attempt
from courses.attempts.reasons import OF_GRADING, POLICY
from courses.attempts.selectors import current_score
from courses.attempts.services import release
from courses.catalog.models import Exercise
from courses.gradebook import errors
from courses.gradebook.models import Release
from courses.people.models import Group
from courses.people.rules import check_can_manage

BATCH = 50  # attempts in one transaction: nobody waits long for the database meanwhile
AT_ONCE = 500  # attempts that a request carries out itself; more are left to the sweep


def ask(
    *, exercise: Exercise, by: AbstractUser, action: str, group: Group | None = None, at: datetime | None = None
) -> Release:
    """Show or hide all marks of an exercise, or of one group there; `at`: then. Raises GradebookRefused, Denied."""
    check_can_manage(by, exercise.module.course)
    if group is not None and group.course_id != exercise.module.course_id:
        raise errors.other_group()
    if at is not None and at <= timezone.now():
        raise errors.past()
    made = Release.objects.create(
        exercise=exercise, group=group, action=Release.Action(action), by_id=by.pk, due_at=at or timezone.now()
    )
    if at is None and _concerned(made)[:AT_ONCE].count() < AT_ONCE:
        carry_out(made.pk)
        made.refresh_from_db()
    return made


def withdraw(*, wanted: Release, by: AbstractUser) -> None:
    """Before its moment. Raises GradebookRefused afterwards."""
    check_can_manage(by, wanted.exercise.module.course)
    if not Release.objects.filter(pk=wanted.pk, done_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        raise errors.too_late()


def carry_out(release_id: int) -> None:
    """In steps, each a transaction of its own; whoever calls it again goes on where it stopped."""
    while _step(release_id):
        pass


@transaction.atomic
def _step(release_id: int) -> bool:
    """Is there more to do?"""
    rows = Release.objects.select_for_update(of=("self",)).select_related("exercise", "group", "by")
    wanted = rows.get(pk=release_id)
    if wanted.done_at is not None or wanted.withdrawn_at is not None or wanted.due_at > timezone.now():
        return False
    act = _show if wanted.action == Release.Action.SHOW else _hide
    todo = list(_concerned(wanted).values_list("pk", flat=True)[:BATCH])
    wanted.attempts = [*wanted.attempts, *(str(pk) for pk in todo if act(pk, wanted.by))]
    wanted.reached = todo[-1] if todo else wanted.reached
    wanted.done_at = timezone.now() if len(todo) < BATCH else None
    wanted.save(update_fields=["attempts", "reached", "done_at"])
    return wanted.done_at is None


def due() -> Iterable[int]:
    """What waits for being carried out."""
    rows = Release.objects.filter(done_at=None, withdrawn_at=None, due_at__lte=timezone.now())
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True))


def _concerned(wanted: Release) -> QuerySet[Attempt]:
    found = Attempt.objects.filter(exercise=wanted.exercise, state=Attempt.State.GRADED).order_by("pk")
    found = found.exclude(student=wanted.by_id)
    if wanted.group is not None:
        found = found.filter(student__in=wanted.group.members.values("user_id"))
    if wanted.reached is not None:
        found = found.filter(pk__gt=wanted.reached)
    return found.filter(released_at__isnull=wanted.action == Release.Action.SHOW)


def _show(attempt_id: UUID, by: AbstractUser) -> bool:
    attempt = Attempt.objects.select_related("exercise__module__course").get(pk=attempt_id)
    score = current_score(attempt)
    if score is None or score.value is None or set(attempt.review_reasons) & set(OF_GRADING):
        return False
    release(attempt=attempt, by=by)
    return True


def _hide(attempt_id: UUID, by: AbstractUser) -> bool:
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    attempt.released_at = None
    attempt.review_reasons = sorted({*attempt.review_reasons, POLICY})
    attempt.save(update_fields=["released_at", "review_reasons"])
    grader.tell(attempt)
    return True
