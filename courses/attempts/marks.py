"""What a mark is worth after lateness.

The moment of acceptance counts, never the moment of grading. A mark keeps both numbers: what the work is worth and
what is left of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.people.deadlines import Deadline
from courses.people.selectors import deadline_of
from workers.scheduling.states import State

LOST = (State.DEAD, State.FAILED)


@dataclass(frozen=True, slots=True)
class Lateness:
    deadline: Deadline
    credit: float  # 0..1, what is left of the mark
    by: timedelta  # how long after the due date; zero: in time


def lateness_of(attempt: Attempt) -> Lateness:
    """Of a submitted attempt, by the moment of its acceptance and the dates as they held then."""
    at = attempt.submitted_at or timezone.now()
    deadline = deadline_of(attempt.student, attempt.exercise, at=at)
    if deadline.is_late(at):
        deadline = deadline.moved(lost_time(attempt, deadline.due_at))
    by = at - deadline.due_at if deadline.due_at and deadline.is_late(at) else timedelta()
    return Lateness(deadline, deadline.credit(at), by)


def lost_time(attempt: Attempt, moment: datetime | None) -> timedelta:
    """How long our servers kept a question waiting that was asked before `moment` and had no answer by then, or was
    lost by a fault of ours. The longest one counts: questions wait at the same time."""
    if moment is None:
        return timedelta()
    asked = attempt.runs.filter(job__created_at__lte=moment).filter(
        Q(job__finished_at=None) | Q(job__finished_at__gt=moment) | Q(job__state__in=LOST, job__error__fault="server")
    )
    now = timezone.now()
    times = asked.values_list("job__created_at", "job__finished_at")
    return max(((end or now) - begin for begin, end in times), default=timedelta())


def points(value: float, exercise: Exercise) -> Decimal:
    return (Decimal(str(value)) * exercise.points).quantize(Decimal("0.01"), ROUND_HALF_UP)


def reduced(raw: float | None, credit: float) -> float | None:
    """The value that counts."""
    return None if raw is None else min(1.0, max(0.0, raw * credit))


def columns(attempt: Attempt, raw: float | None) -> dict[str, Any]:
    """What a score row says about a mark of `raw` for this attempt."""
    late = lateness_of(attempt)
    value = reduced(raw, late.credit)
    return {
        "value": value,
        "points": None if value is None else points(value, attempt.exercise),
        "raw_value": raw,
        "late_credit": late.credit,
        "due_at": late.deadline.due_at,
    }


def as_it_is(attempt: Attempt, value: float) -> dict[str, Any]:
    """What a score row says about a mark that nothing reduces."""
    due_at = lateness_of(attempt).deadline.due_at
    return {"value": value, "points": points(value, attempt.exercise), "raw_value": None, "due_at": due_at}
