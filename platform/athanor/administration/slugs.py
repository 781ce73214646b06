"""Names in addresses: as course files allow them, and each once in a course."""

import itertools
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.catalog.load import SLUG
from courses.catalog.models import Exercise


def check(slug: str) -> str:
    """Raises forms' ValidationError for a name that no file could have."""
    if not SLUG.fullmatch(slug):
        raise ValidationError(_("Write lower-case letters without accents and digits, words joined by dashes."))
    return slug


def free(course_id: int, slug: str) -> str:
    """`slug-2`, `slug-3`, …: the first that no exercise of the course has."""
    taken = set(Exercise.objects.filter(module__course=course_id).values_list("slug", flat=True))
    names = (f"{slug[:70]}-{number}" for number in itertools.count(2))
    return next(name for name in names if name not in taken)


def duplicate(row: Exercise) -> Exercise:
    """A copy in the same module under a free name; archived, so that no student meets it half done."""
    copy = Exercise.objects.get(pk=row.pk)
    copy.pk = None
    copy._state.adding = True  # noqa: SLF001  # documented by Django
    copy.slug, copy.archived = free(row.module.course_id, row.slug), True
    copy.save()
    return copy


def of_file(name: str) -> str:
    """A course's name from that of an uploaded zip: `My Course (2).zip` → `my-course-2`."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower().removesuffix(".zip")))[:80].strip("-") or "course"
