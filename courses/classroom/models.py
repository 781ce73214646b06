"""A class in session: when, who asks for help, and what students let the others see."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.models import Run
from courses.catalog.models import Course, Exercise

PERSON = settings.AUTH_USER_MODEL
LONGEST = timedelta(hours=4)  # a session that nobody ends


def end_of_session() -> datetime:
    return timezone.now() + LONGEST


class LiveSession(models.Model):
    """From its beginning to its end the runs of the course go first, and its staff sees who is where."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="live_sessions")
    started_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    quiet_minutes = models.PositiveSmallIntegerField(
        _("minutes without progress"), default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(default=end_of_session)  # by itself
    ended_at = models.DateTimeField(null=True)  # by a person, or by the next session

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["course"], condition=Q(ended_at=None), name="one_open_session_each")
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.started_at:%Y-%m-%d %H:%M}"


class Hand(models.Model):
    """A student asks for help. Lowered by the student or by the staff."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="hands")
    student = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="hands")
    exercise = models.ForeignKey(Exercise, on_delete=models.SET_NULL, null=True, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    lowered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "student"], condition=Q(lowered_at=None), name="one_raised_hand_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.course}"


class Showing(models.Model):
    """One output that its student offered for the wall. The staff chooses; the student may take it back at any time."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="showing")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="showings")
    student = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    named = models.BooleanField(default=False)  # the student wants the name below it
    chosen_at = models.DateTimeField(null=True)  # it hangs on the wall since
    offered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["offered_at", "id"]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.course}"
