"""Quotas of a day: seconds of a slot, tokens and images, per group (a course) and per person in it.

A ledger with one line per job: enqueueing reserves what is predicted, the end of the job writes what it used. The line
is named by the job, so a retry reserves nothing more; what failed or was stopped before it gave anything costs
nothing. Only what somebody waits for in front of the screen can be refused: handing in never is.

Seconds and tokens are known afterwards only: a request is taken as long as anything is left. Images are counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any, Literal
from uuid import UUID

from django.db.models import BigIntegerField, CharField, FloatField, IntegerField, Q, QuerySet, Sum, UUIDField
from django.utils import timezone

from workers import prepared
from workers.backends.requests import ChatResult, ImageResult, Result, Usage
from workers.prepared import Given
from workers.scheduling import estimates
from workers.scheduling.errors import QuotaUsed
from workers.scheduling.models import Allowance, Job, Spending
from workers.scheduling.spec import Lane

Unit = Literal["seconds", "tokens", "images"]
Whose = Literal["person", "group"]

UNITS: tuple[Unit, ...] = ("seconds", "tokens", "images")
WHOSE: tuple[Whose, ...] = ("person", "group")
REFUSED = (Lane.LIVE.value, Lane.INTERACTIVE.value)  # lanes whose jobs may be refused, and count for their owner


@dataclass(frozen=True, slots=True)
class Amount:
    seconds: float = 0.0
    tokens: int = 0
    images: int = 0

    def of(self, unit: Unit) -> float:
        return {"seconds": self.seconds, "tokens": self.tokens, "images": self.images}[unit]


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of a limit is used today, reservations included."""

    unit: Unit
    whose: Whose
    used: float
    limit: int

    @property
    def left(self) -> int:
        return max(0, int(self.limit - self.used))


def meters(*, group: str, owner_id: int) -> list[Meter]:
    """The limits that hold for this person in this group today; empty where there are none."""
    limits = _limits(group, owner_id)
    if not limits:
        return []
    day = today()
    used = {
        whose: _used(group, day, owner_id if whose == "person" else None) for whose in {whose for whose, _ in limits}
    }
    return [Meter(unit, whose, used[whose].of(unit), limit) for (whose, unit), limit in limits.items()]


def check(*, group: str, owner_id: int | None, jobs: Iterable[Job]) -> None:
    """Raises QuotaUsed when these jobs, not yet saved, ask for more than is left. The caller holds the owner's row."""
    asked = [estimates.expected_amounts(job.request) for job in jobs if job.lane in REFUSED]
    if owner_id is None or not asked:
        return
    images = sum(images for _tokens, images in asked)
    _lock(group)
    for meter in meters(group=group, owner_id=owner_id):
        wanted = images if meter.unit == "images" else 0
        over = meter.used + wanted > meter.limit if meter.unit == "images" else meter.used >= meter.limit
        if over and (wanted or meter.unit != "images"):
            raise QuotaUsed(
                unit=meter.unit, whose=meter.whose, limit=meter.limit, used=meter.used, wanted=wanted,
                retry_after=seconds_until_tomorrow(),
            )  # fmt: skip


def reserve(jobs: Sequence[Job]) -> None:
    """Write down what new jobs will probably use."""
    day = today()
    for job in jobs:
        prepared.insert(_line(job, day), ignore=True)


def settle(job_id: UUID | str, *, seconds: float, result: Result | None) -> None:
    """The job ended: write what it used instead of what was reserved. Called once, by the write that ends it."""
    used = amount_of(result, seconds)
    prepared.update("quota settled", _settled, job_id, used.seconds, used.tokens, used.images)


def _settled() -> tuple[QuerySet[Spending], dict[str, Any]]:
    tokens, images = (Given(place, IntegerField()) for place in (2, 3))
    used = {"seconds": Given(1, FloatField()), "tokens": tokens, "images": images, "settled": True}
    return Spending.objects.filter(pk=Given(0, UUIDField())), used


def amount_of(result: Result | None, seconds: float) -> Amount:
    """What an answer used; without one, nothing."""
    if result is None:
        return Amount()
    if isinstance(result, ImageResult):
        return Amount(seconds, images=len(result.pictures))
    usage: Usage = getattr(result, "usage", Usage())
    told = (usage.prompt_tokens or 0) + (usage.completion_tokens or 0)
    written = len(result.text) + len(result.reasoning) if isinstance(result, ChatResult) else 0
    # Stopped answers, and servers that do not count.
    return Amount(seconds, tokens=told or ceil(written / estimates.CHARACTERS_PER_TOKEN))


def today() -> date:
    """In the site's time zone, whatever the person's own is."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def seconds_until_tomorrow() -> float:
    zone = timezone.get_default_timezone()
    midnight = datetime.combine(today() + timedelta(days=1), time.min, tzinfo=zone)
    return max(1.0, (midnight - timezone.now()).total_seconds())


def _line(job: Job, day: date) -> Spending:
    tokens, images = estimates.expected_amounts(job.request)
    return Spending(
        job=job.pk,
        group=job.share_group,
        owner_id=job.owner_id if job.lane in REFUSED else None,
        day=day,
        seconds=job.expected_seconds,
        tokens=tokens,
        images=images,
    )


def _limits(group: str, owner_id: int) -> dict[tuple[Whose, Unit], int]:
    """The most special row that says something decides."""
    rows = prepared.objects("quota limits", _allowances, group, owner_id)
    nearest = sorted(rows, key=lambda row: (row.owner_id is not None, row.group != ""), reverse=True)
    found: dict[tuple[Whose, Unit], int] = {}
    for whose in WHOSE:
        fit = [row for row in nearest if whose == "person" or row.owner_id is None]
        for unit in UNITS:
            said = [value for row in fit if (value := getattr(row, f"{whose}_{unit}")) is not None]
            if said:
                found[whose, unit] = said[0]
    return found


def _allowances() -> QuerySet[Allowance]:
    rows = Allowance.objects.filter(group__in=[Given(0, CharField()), ""]).order_by()
    return rows.filter(Q(owner__isnull=True) | Q(owner=Given(1, BigIntegerField())))


def _lock(group: str) -> None:
    """Where all share a limit, two of them who ask at once are counted one after the other."""
    prepared.select("quota lock", _shared, group)


def _shared() -> QuerySet[Allowance, tuple[Any, ...]]:
    together = Q(group_seconds__isnull=False) | Q(group_tokens__isnull=False) | Q(group_images__isnull=False)
    rows = Allowance.objects.filter(together, group__in=[Given(0, CharField()), ""], owner__isnull=True)
    return rows.order_by("pk").select_for_update().values_list("pk")


def _used(group: str, day: date, owner_id: int | None) -> Amount:
    """Of one person, or with None of all of the group together."""
    lines = Spending.objects.filter(group=group, day=day)
    if owner_id is not None:
        lines = lines.filter(owner=owner_id)
    sums = lines.order_by().aggregate(*map(Sum, UNITS))
    return Amount(*(sums[f"{unit}__sum"] or 0 for unit in UNITS))
