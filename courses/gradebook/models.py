"""Where everybody stands in every exercise, kept by the database; and the columns that are marked by hand."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.models import AppendOnly
from courses.catalog.models import Course, Exercise
from courses.people.models import Group


class Standing(models.Model):
    """A projection of one student's attempts at one exercise and their ledgers: `book.cell`, as a row.

    Written by triggers of the database only (`courses.gradebook.triggers`), in the transaction that changes an attempt
    or appends a score, whoever does it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("begun")
        GRADING = "grading", _("being graded")
        WAITING = "waiting", _("waits for a person")
        RELEASED = "released", _("shown")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="standings")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standings")
    state = models.CharField(max_length=8, choices=State)
    value = models.FloatField(null=True)  # 0..1
    late = models.BooleanField()  # the mark is reduced for lateness
    human = models.BooleanField()  # a person decided
    shown = models.BooleanField()  # the student sees this mark
    waiting = models.BooleanField()  # an attempt, perhaps a later one, waits for a person
    attempt = models.UUIDField()  # whose mark it is, else the newest
    handed_in = models.PositiveIntegerField()  # attempts
    score = models.BigIntegerField(null=True)  # the entry of the ledger that counts

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [models.UniqueConstraint(fields=["student", "exercise"], name="one_standing_each")]
        indexes = [
            models.Index(fields=["exercise", "value"], name="standing_marks"),
            models.Index(fields=["exercise", "student"], condition=models.Q(waiting=True), name="standing_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.student_id} in {self.exercise_id}"


class Column(models.Model):
    """Something that is marked by hand: an oral exam, a poster, taking part."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="columns", verbose_name=_("course"))
    name = models.CharField(_("name"), max_length=80)
    points = models.DecimalField(
        _("points"), max_digits=6, decimal_places=2, default=10, validators=[MinValueValidator(0)]
    )
    visible = models.BooleanField(_("students see it, and it counts"), default=False)
    archived = models.BooleanField(_("archived"), default=False)  # its marks are kept
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "name"], condition=models.Q(archived=False), name="one_column_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class HandMark(models.Model):
    """One entry of a column's history: append-only, the newest one counts."""

    class Source(models.TextChoices):
        TYPED = "typed", _("typed")
        FILE = "file", _("from a file")

    column = models.ForeignKey(Column, on_delete=models.CASCADE, related_name="marks")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hand_marks")
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True)  # None: taken away
    source = models.CharField(max_length=8, choices=Source, default=Source.TYPED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark by hand")
        verbose_name_plural = _("marks by hand")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(points=None) | models.Q(points__gte=0), name="hand_mark_positive")
        ]
        indexes = [models.Index(fields=["column", "student", "-id"], name="hand_mark_current")]

    def __str__(self) -> str:
        return f"{self.points} for {self.student_id} in {self.column_id}"

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise AppendOnly("A mark is never changed: append another one.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature is wider than ours


class Import(models.Model):
    """Marks read from a file: looked at first, written only when a person says so."""

    class State(models.TextChoices):
        READY = "ready", _("nothing is written yet")
        APPLIED = "applied", _("applied")
        CANCELLED = "cancelled", _("cancelled")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="imports")
    name = models.CharField(max_length=200)  # of the file
    reason = models.CharField(max_length=300, blank=True)  # of decisions about exercises; students read it
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    changes = models.JSONField(default=list)  # courses.gradebook.importing.Change
    problems = models.JSONField(default=list)  # [{"line", "column", "code", "facts"}]
    same = models.PositiveIntegerField(default=0)  # cells of the file that change nothing
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of marks")
        verbose_name_plural = _("imports of marks")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} for {self.course_id}"


class Release(models.Model):
    """Somebody shows or hides the marks of an exercise, at once or at a moment to come."""

    class Action(models.TextChoices):
        SHOW = "show", _("show")
        HIDE = "hide", _("hide")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="releases")
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+")  # None: everybody
    action = models.CharField(_("action"), max_length=4, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    attempts = models.JSONField(default=list)  # ids of those whose mark was shown or hidden
    reached = models.UUIDField(null=True)  # attempts up to this one were looked at

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(done_at=None, withdrawn_at=None), name="release_due")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.exercise_id}"
