"""A regrade, and what it does to each attempt: computed first, written only when a person says so."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise, RubricVersion


class Regrade(models.Model):
    class State(models.TextChoices):
        PREVIEWING = "previewing", _("being computed")
        READY = "ready", _("computed, nothing is changed yet")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        REVERTING = "reverting", _("being rolled back")
        REVERTED = "reverted", _("rolled back")
        CANCELLED = "cancelled", _("cancelled")

    class Method(models.TextChoices):
        RESCORE = "rescore", _("score the stored work again; no model is asked")
        REJUDGE = "rejudge", _("ask the models of the criteria again")

    WORKING = (State.PREVIEWING, State.APPLYING, State.REVERTING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="regrades")
    rubric = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="+")  # the one that it applies
    method = models.CharField(_("method"), max_length=12, choices=Method, default=Method.RESCORE)
    scope = models.JSONField(default=dict)  # courses.regrade.scope.Scope
    never_lower = models.BooleanField(_("never lower a mark"), default=False)
    note = models.TextField(_("note"))  # students whose mark moves read it
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PREVIEWING)
    paused = models.BooleanField(_("paused"), default=False)
    busy_until = models.DateTimeField(null=True)  # a worker has a step in hand until then
    grader_version = models.CharField(max_length=64)  # of the code that computed it
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    reverted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["exercise"],
                condition=models.Q(state__in=("applying", "reverting")),
                name="one_regrade_writes_at_once",
            )
        ]

    def __str__(self) -> str:
        return f"regrade {self.pk} of {self.exercise_id}"


class Change(models.Model):
    """One attempt of a regrade. `effect` is empty until it is computed."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="changes")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    before = models.ForeignKey(Score, on_delete=models.CASCADE, null=True, related_name="+")  # counted then
    effect = models.CharField(max_length=12, blank=True)  # courses.regrade.effects.Effect
    raw_value = models.FloatField(null=True)  # what the rubric says
    value = models.FloatField(null=True)  # after lateness, with the credit of `before`
    findings = models.JSONField(default=list)
    reasons = models.JSONField(default=list)  # why a person should look, once it is applied
    applied = models.ForeignKey(Score, on_delete=models.CASCADE, null=True, related_name="+")  # the entry that it wrote
    undone = models.ForeignKey(Score, on_delete=models.CASCADE, null=True, related_name="+")  # and the one against it
    skipped = models.CharField(max_length=12, blank=True)  # "decided", "changed": the ledger went on meanwhile
    shown_before = models.DateTimeField(null=True)  # Attempt.released_at and review_reasons before it was applied
    reasons_before = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["regrade", "attempt"], name="one_change_per_attempt")]
        indexes = [models.Index(fields=["regrade", "effect", "id"], name="change_effect")]

    def __str__(self) -> str:
        return f"{self.effect} for {self.attempt_id}"
