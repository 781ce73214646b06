"""News on the site and by mail: seen once, sent once, never with a secret, and none lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from athanor.accounts import privacy
from athanor.accounts.models import User
from athanor.web import digest
from courses.notices import mailing, services
from courses.notices.models import Mailbox, Notice
from tests.courses.together import run_together
from tests.factories import make_user
from tests.pages.conftest import School

As = Callable[[User | None], Client]
MARK = "Seventeen of twenty"


def tell(*people: User, subject: str = "attempt:1", **more: Any) -> None:
    facts = {
        "kind": "released", "title": {"en": "Your mark is there", "fr": "Votre note est là"}, "body": {"en": MARK},
        "url": "/queue/", "subject": subject, **more,
    }  # fmt: skip
    services.notify(people, **facts)


def at_once(**fields: Any) -> User:
    user = make_user(**fields)
    services.set_pace(user=user, pace="at_once")
    return user


def test_bell_counts_and_opening_is_reading(school: School, as_: As) -> None:
    tell(school.student)
    tell(school.student, subject="attempt:2", url="//evil.example/")
    client = as_(school.student)

    assert "Notifications: 2 unread" in client.get("/").content.decode()
    first, second = Notice.objects.order_by("pk")
    assert client.get(f"/notices/{first.pk}/")["Location"] == "/queue/"
    assert client.get(f"/notices/{second.pk}/")["Location"] == "/notices/"
    assert "Notifications: 0 unread" in client.get("/notices/bell/").content.decode()
    tell(school.student)
    assert "Notifications: 1 unread" in client.get("/notices/").content.decode()
    client.post("/notices/read/")
    assert not Notice.objects.filter(read_at=None).exists()


def test_notices_of_others_do_not_exist(school: School, as_: As) -> None:
    tell(school.student)
    notice = Notice.objects.get()
    client = as_(school.stranger)

    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    client.post("/notices/read/", {"notice": str(notice.pk)})
    assert Notice.objects.get().read_at is None


def test_link_of_something_gone_leads_to_the_list(school: School, as_: As) -> None:
    tell(school.student, url="", link=("attempt", {"attempt": "no uuid"}))

    assert as_(school.student).get(f"/notices/{Notice.objects.get().pk}/")["Location"] == "/notices/"


@pytest.mark.django_db
def test_mail_tells_titles_in_the_persons_language_and_goes_out_once(settings: Settings) -> None:
    settings.SITE_URL = "https://athanor.example"
    tell(at_once(username="marie", language="fr", time_zone="Europe/Paris"), at_once(language="en"))

    assert (digest.send_all(), digest.send_all()) == (2, 0)
    french = next(each for each in mail.outbox if each.to == ["marie@example.org"])
    everything = f"{french.subject} {french.body} {french.alternatives}"  # type: ignore[attr-defined]
    assert "Votre note est là" in everything
    assert MARK not in everything
    assert f"https://athanor.example/notices/{Notice.objects.get(user__username='marie').pk}/" in str(french.body)
    assert french.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.django_db
def test_failing_mail_server_loses_nothing_and_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    user = at_once()
    tell(user)
    send = digest.EmailMultiAlternatives.send

    def fail(_mail: Any) -> int:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(digest.EmailMultiAlternatives, "send", fail)
    assert digest.send_all() == 0
    monkeypatch.setattr(digest.EmailMultiAlternatives, "send", send)
    assert digest.send_all() == 0  # not at once again
    assert Notice.objects.get().mailed_at is None
    Mailbox.objects.update(busy_until=timezone.now() - timedelta(seconds=1))

    assert digest.send_all() == 1
    assert (Mailbox.objects.get().tries, len(mail.outbox)) == (0, 1)


def test_two_workers_send_one_mail(transactional_db: None) -> None:
    tell(at_once())

    assert sorted(run_together(3, digest.send_all)) == [0, 0, 1]
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_what_was_read_is_old_or_unwanted_is_not_mailed(settings: Settings) -> None:
    reader, late, silent, gone = at_once(), at_once(), make_user(), at_once()
    tell(reader, late, silent, gone)
    services.mark_read(user=reader)
    Notice.objects.filter(user=late).update(created_at=timezone.now() - timedelta(days=8))
    services.set_pace(user=silent, pace="never")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert mailing.people_with_news() == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tell(reader)
    assert digest.send_all() == 0
    assert Notice.objects.filter(mailed_at=None).count() == 5


def test_mails_are_stopped_without_signing_in_but_not_by_looking(school: School, as_: As) -> None:
    services.set_pace(user=school.student, pace="at_once")
    tell(school.student)
    digest.send_all()
    found = re.search(r"/notices/unsubscribe/[^/\s]+/", str(mail.outbox[0].body))
    assert found is not None
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.get(found.group()).status_code == 200
    assert Mailbox.objects.get().pace == "at_once"
    assert stranger.post(found.group(), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Mailbox.objects.get().pace == "never"
    assert stranger.post("/notices/unsubscribe/1:forged/").status_code == 404


def test_pace_is_chosen_in_the_settings(school: School, as_: As) -> None:
    client = as_(school.student)

    assert 'value="daily" checked' in client.get("/account/").content.decode()
    client.post("/notices/pace/", {"pace": "at_once"})
    client.post("/notices/pace/", {"pace": "hourly"})
    assert Mailbox.objects.get(user=school.student).pace == "at_once"


def test_privacy_hands_out_and_erases_notices(school: School) -> None:
    tell(school.student)
    services.set_pace(user=school.student, pace="never")

    assert privacy.export(user=school.student)["notices"][0]["body"] == {"en": MARK}
    privacy.erase(user=school.student)
    assert (Notice.objects.count(), Mailbox.objects.count()) == (0, 0)


def test_news_of_a_mark_are_read_where_the_mark_stands(school: School, as_: As) -> None:
    tell(school.student, subject=school.marked.subject)
    as_(school.grader).get(f"/attempts/{school.marked.pk}/")
    assert Notice.objects.get().read_at is None

    as_(school.student).get(f"/attempts/{school.marked.pk}/")
    assert Notice.objects.get().read_at is not None
