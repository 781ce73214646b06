"""Who is told what, once; and what is forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from athanor.accounts.models import User
from courses.notices import selectors, services
from courses.notices.models import Notice
from tests.courses.together import run_together
from tests.factories import make_user

RELEASED: dict[str, Any] = {"kind": "released", "title": {"en": "A mark", "fr": "Une note"}, "subject": "attempt:1"}


@pytest.fixture
def sam(db: None) -> User:
    return make_user()


def test_everybody_is_told_once_but_not_who_did_it_and_nobody_who_is_gone(sam: User) -> None:
    other, gone = make_user(), make_user(is_active=False)

    services.notify([sam, other, sam, gone, None], **RELEASED, actor=other, link=("attempt", {"attempt": 7}))

    notice = Notice.objects.get()
    assert (notice.user, notice.link, notice.read_at) == (sam, ["attempt", {"attempt": "7"}], None)


def test_unread_news_of_one_subject_are_renewed_and_read_ones_come_again(sam: User) -> None:
    services.notify([sam], **RELEASED)
    Notice.objects.update(mailed_at=timezone.now())
    services.notify([sam], **{**RELEASED, "title": {"en": "Another mark"}})

    notice = Notice.objects.get()
    assert (notice.title, notice.mailed_at) == ({"en": "Another mark"}, None)
    services.mark_read(user=sam, notice_id=notice.pk)
    services.notify([sam], **RELEASED)
    assert Notice.objects.count() == 2
    assert selectors.unread_count(sam) == 1


def test_unread_come_first_and_others_are_not_touched(sam: User) -> None:
    other = make_user()
    for number in range(3):
        services.notify([sam, other], **{**RELEASED, "subject": f"attempt:{number}"})
    newest = selectors.notices_of(sam)[0]
    services.mark_read(user=sam, notice_id=newest.pk)

    assert [notice.subject for notice in selectors.notices_of(sam)] == ["attempt:1", "attempt:0", "attempt:2"]
    assert services.mark_read(user=other, notice_id=newest.pk) == 0
    assert services.mark_read(user=sam, subject="attempt:0") == 1
    assert services.mark_read(user=sam) == 1
    assert selectors.unread_count(other) == 3


def test_failure_leaves_what_the_caller_did(sam: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(services, "_write", fail)
    with transaction.atomic():
        kept = make_user()
        services.notify([sam], **RELEASED)

    assert User.objects.filter(pk=kept.pk).exists()
    assert Notice.objects.count() == 0


def test_told_by_several_at_once_it_is_one_notice(transactional_db: None) -> None:
    sam = make_user()

    run_together(4, lambda: services.notify([sam], **RELEASED))

    assert Notice.objects.count() == 1


def test_old_notices_are_forgotten(sam: User) -> None:
    now = timezone.now()
    ages = {"fresh": (1, None), "read": (100, 91), "just read": (100, 89), "never read": (366, None)}
    for subject, (made, read) in ages.items():
        read_at = None if read is None else now - timedelta(days=read)
        Notice.objects.create(
            user=sam, kind="released", title={"en": "x"}, subject=subject, created_at=now - timedelta(days=made),
            read_at=read_at,
        )  # fmt: skip

    assert services.forget_old() == 2
    assert set(Notice.objects.values_list("subject", flat=True)) == {"fresh", "just read"}
