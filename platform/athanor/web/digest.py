"""News by mail: titles and links, in the person's language; no mark, no name, no word of anybody's work."""

import logging
import zoneinfo
from collections.abc import Sequence
from email.utils import parseaddr
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from athanor.accounts.middleware import language_of, zone_of
from courses.notices import mailing
from courses.notices.mailing import Parcel
from courses.notices.models import Notice
from courses.texts import localise

logger = logging.getLogger(__name__)

SALT = "athanor.notices.unsubscribe"


def send_all() -> int:
    """Every mail that is due; how many a server took. A refusal of one stops no other."""
    if not mailing.is_possible():
        return 0
    parcels = (mailing.claim(pk, oldest, _zone) for pk, oldest in mailing.people_with_news())
    return sum(_sent(parcel) for parcel in parcels if parcel is not None)


def _zone(user: AbstractUser) -> zoneinfo.ZoneInfo:
    return zone_of(getattr(user, "time_zone", "")) or zoneinfo.ZoneInfo(settings.TIME_ZONE)


def _sent(parcel: Parcel) -> bool:
    try:
        compose(parcel).send()
    except (SMTPException, OSError) as error:
        logger.warning("The mail server did not take a mail; it is tried again later: %s", error)
        mailing.refused(parcel)
        return False
    mailing.told(parcel)
    return True


def compose(parcel: Parcel) -> EmailMultiAlternatives:
    language = language_of(getattr(parcel.user, "language", "")) or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(_zone(parcel.user)):
        stop = absolute(reverse("unsubscribe", args=[token_of(parcel.user)]))
        context = {
            "lines": _lines(parcel.notices, language), "more": parcel.more, "all": absolute(reverse("notices")),
            "settings": absolute(reverse("account")), "unsubscribe": stop, "language": language,
            "name": parcel.user.first_name or parcel.user.get_username(),
        }  # fmt: skip
        count = len(parcel.notices) + parcel.more
        title = ngettext("%(count)d notification", "%(count)d notifications", count) % {"count": count}
        mail = EmailMultiAlternatives(
            subject=_("Athanor: %(title)s") % {"title": title},
            body=render_to_string("mail/digest.txt", context),
            to=[parcel.user.email],
            headers=_headers(parcel, stop),
        )
        mail.attach_alternative(render_to_string("mail/digest.html", context), "text/html")
    return mail


def _headers(parcel: Parcel, stop: str) -> dict[str, str]:
    """One click stops it (RFC 8058); no machine answers it (RFC 3834)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return {
        "Message-ID": f"<{parcel.key}@{domain}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def _lines(notices: Sequence[Notice], language: str) -> list[dict[str, Any]]:
    return [
        {"title": localise(each.title, language), "at": each.created_at, "url": absolute(_address(each))}
        for each in notices
    ]


def _address(notice: Notice) -> str:
    return reverse("notice", args=[notice.pk])


def absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def token_of(user: AbstractUser) -> str:
    """Lets its holder stop the mails of one person, nothing else. It does not expire: old mails must keep working."""
    return signing.Signer(salt=SALT).sign(str(user.pk))


def person_of(token: str) -> int | None:
    """Whose token it is; None for one that we did not make."""
    try:
        return int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
