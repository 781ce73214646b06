"""A student's tries, their interactive runs, and the ledger of their scores."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.ledger import PEOPLE
from courses.catalog.models import Exercise, RubricVersion
from workers.scheduling.models import Job


class Attempt(models.Model):
    """One try at one exercise. What was submitted never changes."""

    class State(models.TextChoices):
        OPEN = "open", _("in progress")
        SUBMITTED = "submitted", _("being graded")
        GRADED = "graded", _("graded")  # every automatic step is over; the mark may still wait for a person

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(
        Exercise, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("exercise")
    )
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("student")
    )
    number = models.PositiveIntegerField(_("number"))  # 1, 2, 3… for this student and exercise
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)

    draft = models.JSONField(default=dict)  # what the page keeps: unsent text, chosen options, chosen branch
    draft_saved_at = models.DateTimeField(null=True)

    answer = models.JSONField(_("answer"), null=True)  # the kind's `answer` model
    spec = models.JSONField(null=True)  # the exercise's specification when it was submitted
    rubric = models.ForeignKey(
        RubricVersion, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("rubric")
    )
    submission_key = models.CharField(max_length=80, blank=True)  # Idempotency-Key of the accepted submission
    jobs_planned = models.PositiveIntegerField(default=0)  # after submission

    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted"), null=True)  # acceptance: what deadlines look at
    graded_at = models.DateTimeField(_("graded"), null=True)
    released_at = models.DateTimeField(_("mark shown"), null=True)  # from here the student sees the mark
    review_reasons = models.JSONField(
        _("to be reviewed because of"), default=list
    )  # codes, see `courses.attempts.reasons`
    waiting = models.GeneratedField(
        expression=models.Case(
            models.When(
                models.Q(state="graded") & (models.Q(released_at=None) | ~models.Q(review_reasons=[])), then=True
            ),
            default=False,
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )  # for a person; the database computes it, so that the queue misses nothing

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "student", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(
                fields=["exercise", "student"], condition=models.Q(state="open"), name="one_open_attempt"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(submitted_at__isnull=False, answer__isnull=False),
                name="submitted_has_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="attempt_state"),
            models.Index(fields=["student", "exercise"], name="attempt_student"),
            models.Index(fields=["state", "exercise", "submitted_at", "id"], name="attempt_queue"),
            # What waits for a person is little among all that was ever handed in.
            models.Index(
                fields=["exercise", "submitted_at", "id"],
                condition=models.Q(waiting=True),
                name="attempt_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} · {self.student} · #{self.number}"

    @property
    def is_held(self) -> bool:
        """Does the student wait for a person? `waiting` is the graders' side: they look at shown marks, too."""
        return self.state == self.State.GRADED and self.released_at is None

    @property
    def subject(self) -> str:
        """How the scheduler's jobs name this attempt."""
        return f"attempt:{self.pk}"

    @property
    def channel(self) -> str:
        """Where pages follow this attempt."""
        return f"attempt:{self.pk}"


class Run(models.Model):
    """One interactive run while the attempt is open: a turn of a chat, one generation of an image."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="runs")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    payload = models.JSONField(_("sent"))  # the kind's `run` model
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="one_run_per_key",
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.attempt_id}"


class AppendOnly(Exception):
    """A ledger row was about to be changed or deleted."""


class Score(models.Model):
    """One entry of the ledger of marks: append-only. The current mark is a projection (`selectors.current_score`):
    the newest decision of a person if there is one, else the newest other entry.

    `by_person` orders the ledger. The database computes it from `origin`, so that nothing can write an entry that a
    machine made and that counts before a person's.
    """

    class Origin(models.TextChoices):
        AUTO = "auto", _("automatic")
        HUMAN = "human", _("a person")
        INQUIRY = "inquiry", _("a person, asked to look again")
        REGRADE = "regrade", _("automatic, regraded")  # decided_by started it
        LATE = "late", _("automatic, with other dates")  # an extension, a time factor or another due date

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="scores")
    origin = models.CharField(_("decided by"), max_length=8, choices=Origin)
    value = models.FloatField(_("score"), null=True)  # 0..1; None: withheld, a person must decide
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True)
    raw_value = models.FloatField(_("score before lateness"), null=True)  # None: `value` was set as it is
    late_credit = models.FloatField(_("credit for late work"), default=1.0)  # raw_value × late_credit = value
    due_at = models.DateTimeField(_("due"), null=True)  # for this student, when the score was made
    findings = models.JSONField(default=list)  # courses.grading.rubric.Outcome, per criterion with evidence
    rubric = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="+")
    grader_version = models.CharField(_("version of the grader"), max_length=64)  # of the code that graded
    by_person = models.GeneratedField(
        expression=models.Case(models.When(origin__in=PEOPLE, then=models.Value(1)), default=models.Value(0)),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )  # 1 or 0
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)  # a person's words; the student reads them
    created_at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(origin__in=("auto", "late"), decided_by=None)
                | models.Q(origin__in=(*PEOPLE, "regrade"), decided_by__isnull=False) & ~models.Q(reason=""),
                name="people_sign_and_explain",
            ),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__gte=0, value__lte=1), name="score_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["attempt"], condition=models.Q(origin__in=PEOPLE), name="score_decided"),
            models.Index(fields=["attempt", "-by_person", "-id"], name="score_current"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.value} for {self.attempt_id}"

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise AppendOnly("A score is never changed: append another one.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature is wider than ours
