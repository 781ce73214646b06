"""Who takes part in a course, and as what."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Course


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
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["course", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="one_enrolment_each")]

    def __str__(self) -> str:
        return f"{self.user} · {self.course} · {self.role}"
