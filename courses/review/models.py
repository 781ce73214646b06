"""Who is looking at what, so that two graders do not do the same work."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.attempts.models import Attempt


class Claim(models.Model):
    """A grader has this attempt on the screen. It expires by itself; another grader may take it over."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="claim")
    grader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.attempt_id} by {self.grader_id}"
