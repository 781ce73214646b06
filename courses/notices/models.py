"""What people are told, and how often they want it by mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    RELEASED = "released", _("A mark is shown")
    MARK_MOVED = "mark_moved", _("A mark has moved")
    REQUEST_MADE = "request_made", _("Somebody asks about a mark")
    REQUEST_ANSWERED = "request_answered", _("Your question about a mark")
    REVIEW_WORK = "review_work", _("Work needs you")
    SECOND_READING = "second_reading", _("A second reading")
    LIVE = "live", _("In class")


class Notice(models.Model):
    """One piece of news for one person. While it is unread, newer news of the same subject take its place."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    title = models.JSONField(_("title"))  # courses.texts.Text; no mark and no secret: it goes out by mail
    body = models.JSONField(_("text"), default=dict)  # courses.texts.Text; only on the site
    url = models.CharField(max_length=300, blank=True)  # a path of ours, or empty where `link` says it
    link = models.JSONField(default=list)  # [name of an address, {its parts}], which the site resolves
    subject = models.CharField(max_length=120)  # what it is about: "attempt:<id>"
    created_at = models.DateTimeField(_("at"), default=timezone.now)  # of the newest news
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject"], condition=Q(read_at=None), name="one_unread_notice_each"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_list"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["created_at"], condition=Q(read_at=None, mailed_at=None), name="notice_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} for {self.user_id}"


class Mailbox(models.Model):
    """How one person wants notices by mail, and how far the sending is. Without a row: once a day."""

    class Pace(models.TextChoices):
        NEVER = "never", _("Never")
        DAILY = "daily", _("Once a day, in the morning")
        AT_ONCE = "at_once", _("At once")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mailbox"
    )
    pace = models.CharField(_("notifications by e-mail"), max_length=8, choices=Pace, default=Pace.DAILY)
    sent_at = models.DateTimeField(null=True)  # the last mail that a server took
    busy_until = models.DateTimeField(null=True)  # a worker is sending, or a failure is being waited out
    tries = models.PositiveSmallIntegerField(default=0)  # failures since the last success

    def __str__(self) -> str:
        return f"{self.pace} for {self.user_id}"
