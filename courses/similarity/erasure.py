"""What the comparison of work keeps about a person: hand it out, and erase it.

Fingerprints stay: nobody can read the work from them, and what others handed in later is still compared with it.
"""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Q

from courses.similarity.models import Pair


def kept_about(user: AbstractUser) -> list[Any]:
    """As JSON: what the person noted as staff. What the staff noted about work is about two people at once."""
    return list(Pair.objects.filter(noted_by_id=user.pk).values("exercise__slug", "verdict", "note", "noted_at"))


def erase(user: AbstractUser, erased: str) -> None:
    """Words about the person's work go; the verdict stays."""
    about_them = Q(first__student_id=user.pk) | Q(second__student_id=user.pk)
    Pair.objects.filter(about_them).exclude(note="").update(note=erased)
