"""How a page tells when work is due, why then, and what is left of it afterwards."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.catalog.late import Part
from courses.people.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class Credit:
    """A line of the table: work accepted until `ends` keeps this share of its mark."""

    ends: datetime | None
    share: float
    falls_to: float | None
    now: bool


def credit_line(deadline: Deadline, now: datetime | None = None) -> list[Credit]:
    """Empty where lateness costs nothing."""
    moment = now or timezone.now()
    return [Credit(part.ends, part.credit, part.falls_to, _holds(part, moment)) for part in deadline.line]


def _holds(part: Part, moment: datetime) -> bool:
    return (part.begins is None or moment > part.begins) and (part.ends is None or moment <= part.ends)
