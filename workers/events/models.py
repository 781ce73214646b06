"""What happened, for pages that watch: append-only, read again after a lost connection."""

from django.db import models
from django.utils import timezone


class Event(models.Model):
    """One thing that happened on a channel. Its id is the `Last-Event-ID` of server-sent events."""

    channel = models.CharField(max_length=120)  # "attempt:<uuid>", "user:<id>", "course:<id>"
    type = models.CharField(max_length=40)  # "job", "run", "score", …
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["channel", "id"], name="event_channel"),
            models.Index(fields=["created_at"], name="event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.type} #{self.pk}"
