"""Whose news go out by mail now, and keeping account of it.

A person's mailbox is claimed by compare-and-swap before a mail is made, so that two workers never send the same one.
A refusal by the mail server frees it after a while, and nothing counts as told. A worker that dies between the
server's answer and our own note leaves the claim behind: after it has expired the same mail goes out again, under
the same Message-ID, by which mail systems drop doubles.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from courses.notices.models import Mailbox, Notice
from courses.notices.pace import is_due, wait_after

CLAIM = timedelta(minutes=5)
NEWS = timedelta(days=7)  # older ones are no news: a mail server that was away for long brings no flood
MOST = 50  # notices in one mail
ROUND = 500  # people looked at in one round


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one mail tells one person."""

    user: AbstractUser
    notices: Sequence[Notice]
    more: int  # how many others there are

    @property
    def key(self) -> str:
        """The same for the same news."""
        told = [f"{each.pk}@{each.created_at.isoformat()}" for each in self.notices]
        return hashlib.sha256("\n".join([str(self.user.pk), *told]).encode()).hexdigest()[:32]


def people_with_news(now: datetime | None = None) -> list[tuple[int, datetime]]:
    """(person, when the oldest untold news was made), who waited longest first."""
    waiting = _untold(now or timezone.now()).filter(user__is_active=True).exclude(user__mailbox__pace="never")
    rows = waiting.order_by().values("user_id").annotate(oldest=Min("created_at")).order_by("oldest", "user_id")
    return [(row["user_id"], row["oldest"]) for row in rows[:ROUND]]


def _untold(now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(read_at=None, mailed_at=None, created_at__gt=now - NEWS)


def claim(
    user_id: int, oldest: datetime, zone_of: Callable[[AbstractUser], tzinfo], now: datetime | None = None
) -> Parcel | None:
    """This person's mail, if one is due and nobody else is sending it."""
    now = now or timezone.now()
    user = get_user_model().objects.get(pk=user_id)
    mailbox, _new = Mailbox.objects.get_or_create(user_id=user_id)
    if not is_due(mailbox.pace, oldest=oldest, sent_at=mailbox.sent_at, now=now, zone=zone_of(user)):
        return None
    free = Mailbox.objects.filter(Q(busy_until=None) | Q(busy_until__lte=now), pk=user_id, sent_at=mailbox.sent_at)
    if not free.update(busy_until=now + CLAIM):
        return None
    found = list(_untold(now).filter(user_id=user_id).order_by("-created_at", "-pk")[: MOST + 200])
    return Parcel(user, found[:MOST], len(found[MOST:])) if found else None


@transaction.atomic
def told(parcel: Parcel) -> None:
    """A mail server took it. News that were renewed meanwhile stay untold."""
    now = timezone.now()
    for notice in parcel.notices:
        Notice.objects.filter(pk=notice.pk, created_at=notice.created_at).update(mailed_at=now)
    Mailbox.objects.filter(pk=parcel.user.pk).update(sent_at=now, busy_until=None, tries=0)


def refused(parcel: Parcel) -> None:
    """The mail server did not take it: later again."""
    mailbox = Mailbox.objects.get(pk=parcel.user.pk)
    tries = min(mailbox.tries + 1, 100)
    Mailbox.objects.filter(pk=mailbox.pk).update(tries=tries, busy_until=timezone.now() + wait_after(tries))


def is_possible() -> bool:
    """Is there a mail server? Without one nothing is sent, and nothing counts as told."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")
