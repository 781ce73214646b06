"""What the servers did in the last hour, for those who look after them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from workers.backends.models import Server
from workers.scheduling.models import Job
from workers.scheduling.states import State

Times = tuple[datetime, datetime | None, datetime | None]  # asked, begun, ended

PIECES = 12
PIECE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Piece:
    """Five minutes of a pool."""

    begins: datetime
    answers: int
    wait: float  # seconds from asking to the beginning, mean of what began then
    busy: float  # part of the slots, 0..1


def last_hour(pool: str) -> list[Piece]:
    """Twelve pieces, the oldest first."""
    end = timezone.now()
    start = end - PIECES * PIECE
    touched = Q(finished_at__gte=start) | Q(state=State.RUNNING)
    rows = Job.objects.filter(touched, pool=pool, started_at__isnull=False).order_by()
    times = list(rows.values_list("created_at", "started_at", "finished_at"))
    slots = sum(Server.objects.filter(pool=pool, enabled=True).values_list("slots", flat=True))
    return [_piece(start + n * PIECE, times, slots, end) for n in range(PIECES)]


def _piece(begins: datetime, times: Sequence[Times], slots: int, now: datetime) -> Piece:
    ends = begins + PIECE
    begun = [(asked, started, finished or now) for asked, started, finished in times if started is not None]
    # A clock that was put back in between must not make it less than nothing.
    waits = [max(0.0, (started - asked).total_seconds()) for asked, started, _ in begun if begins <= started < ends]
    overlaps = ((min(finished, ends) - max(started, begins)).total_seconds() for _, started, finished in begun)
    busy = sum(max(0.0, seconds) for seconds in overlaps)
    return Piece(
        begins=begins,
        answers=sum(finished is not None and begins <= finished < ends for *_, finished in times),
        wait=sum(waits) / len(waits) if waits else 0.0,
        busy=min(1.0, busy / (slots * PIECE.total_seconds())) if slots else 0.0,
    )


def waiting_by_group(pool: str) -> Counter[str]:
    """Jobs in the queue by share (a course)."""
    rows = Job.objects.filter(pool=pool, state=State.QUEUED).order_by()
    return Counter(dict(rows.values_list("share_group").annotate(count=Count("pk"))))
