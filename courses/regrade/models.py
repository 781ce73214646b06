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
        PRICING = "pricing", _("its cost is being estimated")
        PRICED = "priced", _("estimated, no model is asked yet")
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
        REGENERATE = "regenerate", _("let the models answer the students again, then grade that")

    WORKING = (State.PRICING, State.PREVIEWING, State.APPLYING, State.REVERTING)

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

    @property
    def asks(self) -> bool:
        """Does it need models?"""
        return self.method != self.Method.RESCORE

    @property
    def channel(self) -> str:
        return f"regrade:{self.pk}"

    def subject_of(self, attempt_id: object) -> str:
        """How the scheduler's jobs name what is asked about an attempt."""
        return f"regrade:{self.pk}:{attempt_id}"


class Change(models.Model):
    """One attempt of a regrade. `effect` is empty until it is computed."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="changes")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    before = models.ForeignKey(Score, on_delete=models.CASCADE, null=True, related_name="+")  # counted then
    effect = models.CharField(max_length=12, blank=True)  # courses.regrade.effects.Effect
    cost = models.FloatField(null=True)  # seconds of a slot that asking will take, as far as one can tell before
    questions = models.PositiveIntegerField(default=0)  # that `cost` is for
    batch = models.PositiveIntegerField(null=True)  # asked together, with the same known answers among them
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


class Calibration(models.Model):
    """A judging model compared with people about work that they decided, before it may count."""

    class State(models.TextChoices):
        ASKING = "asking", _("the judge is asked")
        DONE = "done", _("compared")
        WITHHELD = "withheld", _("the judge failed known questions")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="calibrations")
    rubric = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(_("criterion"), max_length=40)  # its id in the rubric
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ASKING)
    judge = models.CharField(_("judge"), max_length=200, blank=True)  # courses.grading.criterion.Criterion.pin
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(null=True)  # from here it counts, in the rubric that was made then

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"calibration of {self.criterion} of {self.exercise_id}"

    def subject_of(self, what: object) -> str:
        return f"calibration:{self.pk}:{what}"


class Compared(models.Model):
    """One piece of work in a calibration."""

    calibration = models.ForeignKey(Calibration, on_delete=models.CASCADE, related_name="compared")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    person = models.FloatField()  # 0..1, what a person gave for the criterion
    judge = models.FloatField(null=True)  # 0..1; None: it could not tell, or is not asked yet
    trouble = models.CharField(max_length=24, blank=True)  # why it could not tell

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calibration", "attempt"], name="compared_once")]

    def __str__(self) -> str:
        return f"{self.judge} against {self.person}"
