"""Conversations with one to four models at once."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Course
from workers.scheduling.models import Job

SUBJECT = "playground:"  # what the scheduler's jobs of free play are for; staff may not read these


class Conversation(models.Model):
    """Its owner's alone: neither graders nor instructors nor administrators read it."""

    class Mode(models.TextChoices):
        TEXT = "text", _("Text")
        IMAGE = "image", _("Pictures")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")  # whose allowance it uses
    mode = models.CharField(max_length=8, choices=Mode)
    title = models.CharField(_("Title"), max_length=120)
    columns = models.JSONField()  # of schema.Column
    settings = models.JSONField()  # schema.ChatSettings or schema.ImageSettings
    idempotency_key = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)  # gone for its owner; the row follows when nothing of it runs any more

    class Meta:
        ordering = ["-used_at"]
        indexes = [models.Index(fields=["owner", "course", "-used_at"], name="conversation_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="one_conversation_per_key",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """How the scheduler's jobs name it."""
        return f"{SUBJECT}{self.pk}"

    @property
    def channel(self) -> str:
        """Where its page follows it."""
        return f"{SUBJECT}{self.pk}"


class Prompt(models.Model):
    """One message to all columns at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="prompts")
    number = models.PositiveIntegerField()  # 1, 2, 3…
    text = models.TextField()
    settings = models.JSONField()  # what held for it
    idempotency_key = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="one_prompt_per_number"),
            models.UniqueConstraint(
                fields=["conversation", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="one_prompt_per_key",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Answer(models.Model):
    """What one column says to one prompt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="answers")
    place = models.PositiveSmallIntegerField()  # of its column, from 0
    column = models.JSONField()  # schema.Column
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["prompt", "place"], name="one_answer_per_column")]

    def __str__(self) -> str:
        return f"{self.column.get('alias')} to {self.prompt_id}"
