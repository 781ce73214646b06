"""Events read again from the database."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db.models import BigIntegerField, CharField, DateTimeField, Max, Q, QuerySet
from django.utils import timezone

from workers import prepared
from workers.events.message import Message
from workers.events.models import Event
from workers.prepared import Given

# Ids are given before the commit: a row may appear after rows with higher ids. Whoever asks for what came after an id
# therefore gets recent lower ones again; nothing takes this long from its id to its commit.
OVERLAP: Final = timedelta(seconds=60)
DAYS_KEPT: Final = 30
MOST_AT_ONCE: Final = 1000


def since(*, channels: Sequence[str], event_id: int) -> list[Message]:
    """The events of these channels after an id, the recent ones before it again; oldest first, at most 1,000."""
    recent, number = timezone.now() - OVERLAP, len(channels)
    rows = prepared.select(("events since", number), partial(_since, number), event_id, recent, *channels)
    return [Message(*row) for row in rows]


def _since(number: int) -> QuerySet[Event, tuple[int, str, dict[str, Any]]]:
    recent = Q(id__gt=Given(0, BigIntegerField())) | Q(created_at__gte=Given(1, DateTimeField()))
    channels: list[Any] = [Given(place, CharField()) for place in range(2, number + 2)]
    rows = Event.objects.filter(recent, channel__in=channels).order_by("id")
    return rows.values_list("pk", "type", "data")[:MOST_AT_ONCE]


def latest_id(channels: Sequence[str]) -> int:
    """Where a page that was rendered just now may begin to follow."""
    found = Event.objects.filter(channel__in=channels).aggregate(latest=Max("id"))["latest"]
    return int(found or 0)


def forget_old() -> int:
    """Delete events that no page will ask for any more; returns how many."""
    deleted, _ = Event.objects.filter(created_at__lt=timezone.now() - timedelta(days=DAYS_KEPT)).delete()
    return deleted
