"""A second grader marks what a first one has decided, without knowing how."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.models import Attempt, Score

PERSON = settings.AUTH_USER_MODEL


class Reading(models.Model):
    """One attempt drawn for a second reading. It changes no mark by itself."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second reader")
        DONE = "done", _("read twice")
        DIFFERS = "differs", _("the readings differ")
        SETTLED = "settled", _("settled by an instructor")

    class Verdict(models.TextChoices):
        FIRST = "first", _("the first reading counts")
        SECOND = "second", _("the second reading counts")
        OTHER = "other", _("decided otherwise")

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="reading")
    first = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="+")  # a person's decision
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    reader = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    scores = models.JSONField(default=dict)  # 0..1 by id of criterion
    value = models.FloatField(null=True)  # what they add up to, before lateness
    difference = models.FloatField(null=True)  # value − that of the first, before lateness
    note = models.TextField(blank=True)  # the reader's words
    # Saw the first mark, and can read it second no more.
    looked_by: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(PERSON, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    settled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(reader__isnull=False, value__isnull=False, read_at__isnull=False),
                name="reading_is_signed",
            )
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="reading_state")]

    def __str__(self) -> str:
        return f"second reading of {self.attempt_id}"
