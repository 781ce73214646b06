"""Work of known mark on which graders train, and how they marked it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.attempts.models import Attempt
from courses.catalog.models import Course

PERSON = settings.AUTH_USER_MODEL


class Piece(models.Model):
    """An attempt with its right scores and the reasons for them."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="training_pieces")
    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="training_piece")
    findings = models.JSONField(default=list)  # of the mark when it was chosen, with the right scores in them
    reason = models.TextField()  # why so; graders read it after their own try
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(PERSON, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"training on {self.attempt_id}"


class Trial(models.Model):
    """How a grader marked a piece: once, because the right scores are shown afterwards."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="trials")
    grader = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    scores = models.JSONField(default=dict)  # 0..1 by id of criterion
    distance = models.FloatField()  # courses.training.distance
    passed = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["piece", "grader"], name="one_trial_each")]

    def __str__(self) -> str:
        return f"{self.grader_id} on {self.piece_id}"
