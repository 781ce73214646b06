"""What a course and its students may use of the servers each day: the scheduler's quotas, by course and person."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from courses.catalog.groups import course_of, group_of, regrades_of
from courses.catalog.models import Course
from courses.people.rules import Person
from courses.texts import Text
from workers.scheduling import quotas
from workers.scheduling.errors import QuotaUsed
from workers.scheduling.quotas import Meter

__all__ = ["course_of", "group_of", "regrades_of"]
UNITS: Mapping[str, Text] = {
    "seconds": {"en": "seconds of GPU", "fr": "secondes de GPU"},
    "tokens": {"en": "tokens", "fr": "jetons"},
    "images": {"en": "images", "fr": "images"},
}


def meters(person: Person, course: Course) -> list[Meter]:
    """How much of today's limits is used; empty where there are none."""
    return [] if person.pk is None else quotas.meters(group=group_of(course.pk), owner_id=person.pk)


def explain(error: QuotaUsed) -> Text:
    """What is used up, that nothing is lost, and when it goes on."""
    at = timezone.localtime(timezone.now() + timedelta(seconds=error.retry_after + 1)).strftime("%H:%M")
    what = _what(error)
    return {
        "en": f"{what['en']} Nothing was lost: you can go on from {at}, and handing in is possible at any time.",
        "fr": f"{what['fr']} Rien n’est perdu\u202f: vous pourrez continuer à partir de {at}, et rendre votre travail "
        "reste possible à tout moment.",
    }


def _what(error: QuotaUsed) -> Text:
    unit, limit, left = UNITS[error.unit], error.limit, error.left
    if error.unit == "images" and left:
        asked = round(error.wanted)
        return {
            "en": f"Images left for today: {left}; this asks for {asked}.",
            "fr": f"Images restantes pour aujourd’hui\u202f: {left}\u202f; il en faudrait {asked}.",
        }
    if error.whose == "group":
        return {
            "en": f"The course has used what it may today ({limit} {unit['en']} for everybody together).",
            "fr": f"Le cours a utilisé tout ce qu’il peut aujourd’hui ({limit} {unit['fr']} pour l’ensemble).",
        }
    return {
        "en": f"You have used what you may today in this course ({limit} {unit['en']}).",
        "fr": f"Vous avez utilisé tout ce que vous pouvez aujourd’hui dans ce cours ({limit} {unit['fr']}).",
    }


def facts(error: QuotaUsed) -> dict[str, Any]:
    """The same for programs."""
    return {"unit": error.unit, "of": "course" if error.whose == "group" else "person",
            "limit": error.limit, "left": error.left}  # fmt: skip
