"""A student objects to a mark, and what came of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.models import Attempt, Score

PERSON = settings.AUTH_USER_MODEL


class Inquiry(models.Model):
    """A request to look again at one criterion of a mark, or at the whole of it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("the mark stays")
        CHANGED = "changed", _("the mark was changed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="inquiries")
    criterion = models.CharField(max_length=80, blank=True)  # its id in the findings; empty: the whole mark
    about = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="+")  # what counted when it was asked
    first_grader = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")  # of `about`
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    handler = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")  # who took it
    allowed_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    # The instructor above let the first grader answer, too.
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    score = models.ForeignKey(Score, on_delete=models.CASCADE, null=True, related_name="+")  # what the answer appended
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "criterion"], condition=Q(state="open"), name="one_open_inquiry_each"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_by__isnull=False, ended_at__isnull=False) & ~Q(outcome=""),
                name="answered_inquiry_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="open"), name="inquiry_open"),
            models.Index(fields=["attempt", "created_at"], name="inquiry_of_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion or 'mark'} of {self.attempt_id}"

    @property
    def subject(self) -> str:
        """How notices name it."""
        return f"inquiry:{self.pk}"


class Message(models.Model):
    """One entry of the thread of an inquiry: what somebody said, or what happened. Append-only."""

    class Kind(models.TextChoices):
        SAID = "said", _("says")
        TAKEN = "taken", _("takes it")
        GIVEN_BACK = "given_back", _("gives it back")
        ALLOWED = "allowed", _("lets the first grader answer")
        WITHDRAWN = "withdrawn", _("withdraws it")
        ANSWERED = "answered", _("answers")

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.SAID)
    text = models.TextField(blank=True)
    staff_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} in {self.inquiry_id}"
