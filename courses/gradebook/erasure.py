"""What the gradebook keeps about a person: hand it out, and erase it."""

from typing import Any

from django.contrib.auth.models import AbstractUser

from courses.gradebook.models import HandMark, Import, Release
from courses.people.models import Enrolment

BATCH = 100  # imports


def kept_about(user: AbstractUser) -> dict[str, Any]:
    """As JSON: marks by hand that the person sees, older entries of them, too; and what they did as staff."""
    seen = HandMark.objects.filter(student_id=user.pk, column__visible=True, column__archived=False)
    mark = ("column__course__slug", "column__name", "points", "created_at")
    releases = Release.objects.filter(by_id=user.pk)
    return {
        "marks_by_hand": list(seen.values(*mark)),
        "marks_by_me": list(HandMark.objects.filter(by_id=user.pk).values(*mark, "source")),
        "imports_by_me": list(
            Import.objects.filter(by_id=user.pk).values("course__slug", "name", "reason", "state", "created_at")
        ),
        "releases_by_me": list(
            releases.values("exercise__slug", "action", "created_at", "due_at", "done_at", "withdrawn_at")
        ),
    }


def erase(user: AbstractUser, erased: str) -> None:
    """Names leave the files that somebody imported; the marks stay, under the pseudonym."""
    courses = Enrolment.objects.filter(user_id=user.pk).values("course_id")
    for row in Import.objects.filter(course__in=courses).iterator(BATCH):
        changes = [{**each, "name": erased} if each["student"] == user.pk else each for each in row.changes]
        # Nobody can tell whom a cell is about that nobody could read: all of them go.
        problems = [{**each, "value": erased} if each.get("value") else each for each in row.problems]
        if (changes, problems) != (row.changes, row.problems):
            Import.objects.filter(pk=row.pk).update(changes=changes, problems=problems)
    Import.objects.filter(by_id=user.pk).update(name=erased)
