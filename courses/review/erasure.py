"""What marking keeps about a person: hand it out, and erase it."""

from typing import Any

from django.contrib.auth.models import AbstractUser

from courses.attempts.models import Attempt
from courses.review.models import Assignment, Claim, Comment, Flag, Remark


def kept_about(user: AbstractUser) -> dict[str, Any]:
    """As JSON: what was said to the student with marks that are shown, and what the person said as a grader."""
    said = Comment.objects.filter(attempt__student_id=user.pk, attempt__released_at__isnull=False, removed_at=None)
    columns = ("attempt_id", "anchor", "text", "created_at")
    return {
        "comments_on_my_work": _rows(said.values(*columns)),
        "comments_by_me": _rows(Comment.objects.filter(by_id=user.pk).values(*columns)),
        "flags_by_me": _rows(Flag.objects.filter(by_id=user.pk).values("attempt_id", "note", "created_at")),
        "remarks": list(Remark.objects.filter(owner_id=user.pk).values("course__slug", "text", "shared", "uses")),
    }


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [{**row, "attempt_id": str(row["attempt_id"])} for row in rows]


def erase(user: AbstractUser, erased: str) -> None:
    """Words about the person's work go; what they said as a grader belongs to others' marks and stays."""
    theirs = Attempt.objects.filter(student_id=user.pk)
    Comment.objects.filter(attempt__in=theirs).update(text=erased)
    Flag.objects.filter(attempt__in=theirs).update(note=erased)
    Remark.objects.filter(owner_id=user.pk, shared=False).delete()
    for model in (Claim, Assignment):
        model.objects.filter(grader_id=user.pk).delete()
