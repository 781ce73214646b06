"""The only writers of notices."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from courses.notices.models import Kind, Mailbox, Notice
from courses.texts import Text

logger = logging.getLogger(__name__)

KEEP_READ = timedelta(days=90)
KEEP_UNREAD = timedelta(days=365)
BATCH = 500  # rows

Link = tuple[str, Mapping[str, Any]]


def notify(
    people: Iterable[AbstractUser | None],
    *,
    kind: str,
    title: Text,
    body: Text | None = None,
    url: str = "",
    link: Link | None = None,
    subject: str,
    actor: AbstractUser | None = None,
) -> None:
    """Tell these people, once each; whoever did it (`actor`) knows already. Unread news of the same kind and subject
    are renewed, not doubled.

    `title` goes out by mail: no mark, no name, no secret in it. `body` is shown on the site only. `url` is a path of
    ours; `link` names an address of the site with its parts instead. Written with the caller's transaction, but what
    fails here never undoes what the caller did.
    """
    known = {person.pk for person in people if person is not None and person.is_active and person.pk is not None}
    known -= {actor.pk} if actor is not None else set()
    if not known:
        return
    news = {
        "title": dict(title),
        "body": dict(body or {}),
        "url": url,
        "link": [link[0], {name: str(value) for name, value in link[1].items()}] if link else [],
        "created_at": timezone.now(),
    }
    try:
        with transaction.atomic():
            _write(sorted(known), Kind(kind), subject, news)
    except DatabaseError:
        logger.exception("Nobody could be told of %s (%s).", subject, kind)


def _write(people: Sequence[int], kind: Kind, subject: str, news: Mapping[str, Any]) -> None:
    unread = Notice.objects.filter(user_id__in=people, kind=kind, subject=subject, read_at=None)
    renewed = set(unread.select_for_update().order_by("pk").values_list("user_id", flat=True))
    unread.update(**news, mailed_at=None)
    fresh = [Notice(user_id=pk, kind=kind, subject=subject, **news) for pk in people if pk not in renewed]
    Notice.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)  # somebody else tells it just now


def mark_read(*, user: AbstractUser, notice_id: int | None = None, subject: str | None = None) -> int:
    """One, those about a subject, or all; how many were unread. Another person's notices are never touched."""
    mine = Notice.objects.filter(user_id=user.pk, read_at=None)
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    if subject is not None:
        mine = mine.filter(subject=subject)
    return mine.update(read_at=timezone.now())


def set_pace(*, user: AbstractUser, pace: str) -> Mailbox:
    """How often mail comes. Raises ValueError for a word that is no pace."""
    wanted = Mailbox.Pace(pace)
    mailbox, _new = Mailbox.objects.update_or_create(user_id=user.pk, defaults={"pace": wanted})
    return mailbox


def forget_old() -> int:
    """Delete read notices of a quarter ago and unread ones of a year ago; how many."""
    now = timezone.now()
    old = Notice.objects.filter(Q(read_at__lt=now - KEEP_READ) | Q(created_at__lt=now - KEEP_UNREAD))
    return old.delete()[0]


def settle(*, kind: str, subject: str) -> int:
    """It needs nobody any more: unread notices of this kind and subject count as read, whosever they are."""
    return Notice.objects.filter(kind=kind, subject=subject, read_at=None).update(read_at=timezone.now())
