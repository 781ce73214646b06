"""Who takes part in a course, and as what."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Course, Exercise


class Role(models.TextChoices):
    STUDENT = "student", _("student")
    GRADER = "grader", _("grader")
    INSTRUCTOR = "instructor", _("instructor")


class Enrolment(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments", verbose_name=_("course"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.STUDENT)
    active = models.BooleanField(_("active"), default=True)
    time_factor = models.DecimalField(
        _("time factor"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("1.33: a third more time between the opening of an exercise and its due date."),
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    trained_at = models.DateTimeField(_("trained"), null=True, blank=True, editable=False)  # may decide as a grader

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["course", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="one_enrolment_each")]

    def __str__(self) -> str:
        return f"{self.user} · {self.course} · {self.role}"


class Group(models.Model):
    """Some students of a course, by a name: a section, a project team."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="groups", verbose_name=_("course"))
    name = models.CharField(_("name"), max_length=80)
    members = models.ManyToManyField(Enrolment, related_name="groups", blank=True, verbose_name=_("members"))

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["course", "name"]
        constraints = [models.UniqueConstraint(fields=["course", "name"], name="one_group_per_name")]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """More time, or more attempts, for one student or one group, with the reason that they read."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="extensions", verbose_name=_("course"))
    exercise = models.ForeignKey(
        Exercise, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions",
        verbose_name=_("exercise"), help_text=_("Empty: every exercise of the course."),
    )  # fmt: skip
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions",
        verbose_name=_("student"),
    )  # fmt: skip
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions", verbose_name=_("group")
    )
    days = models.PositiveSmallIntegerField(_("days more"), default=0, validators=[MaxValueValidator(366)])
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts more"), default=0, validators=[MaxValueValidator(100)])
    reason = models.CharField(_("reason"), max_length=300, help_text=_("The student reads it."))
    expires_at = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("What is handed in later has the dates of everybody again.")
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    created_at = models.DateTimeField(_("given"), default=timezone.now)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(student=None, group__isnull=False) | models.Q(student__isnull=False, group=None),
                name="extension_for_one",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.student or self.group} · {self.exercise or self.course}"
