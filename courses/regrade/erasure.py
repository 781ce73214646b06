"""What regrades keep about a person: hand it out, and erase it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractUser

from courses.grading.findings import Stored
from courses.regrade.models import Change, Regrade

BATCH = 100  # changes


def kept_about(user: AbstractUser) -> list[Any]:
    """As JSON: regrades that the person made. What one did to a mark of theirs stands in the ledger."""
    return list(Regrade.objects.filter(created_by_id=user.pk).values("exercise__slug", "note", "state", "created_at"))


def erase(user: AbstractUser, redacted: Callable[[list[Stored]], list[Stored]]) -> None:
    """What previews quote of the person's work goes; effects and marks stay."""
    theirs = Change.objects.filter(attempt__student_id=user.pk).exclude(findings=[])
    for pk, findings in theirs.values_list("pk", "findings").iterator(BATCH):
        Change.objects.filter(pk=pk).update(findings=redacted(findings))
