"""Who looks at what, what was decided and may be taken back, and what graders say about a piece of work."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.attempts.models import Attempt, Score
from courses.catalog.models import Course

GRADER = settings.AUTH_USER_MODEL


class Claim(models.Model):
    """A grader has this attempt on the screen. It expires by itself; another grader may take it over."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="claim")
    grader = models.ForeignKey(GRADER, on_delete=models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.attempt_id} by {self.grader_id}"


class Assignment(models.Model):
    """This attempt is this grader's work, until it is decided or given back."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="assignment")
    grader = models.ForeignKey(GRADER, on_delete=models.CASCADE, related_name="+")
    assigned_by = models.ForeignKey(GRADER, on_delete=models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.attempt_id} for {self.grader_id}"


class Flag(models.Model):
    """Why somebody of the staff wants an attempt to be looked at. Only the staff reads it."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="flags")
    by = models.ForeignKey(GRADER, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.note}"


class Decision(models.Model):
    """What a grader did about an attempt, and how it was before: for taking it back."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(GRADER, on_delete=models.CASCADE, related_name="+")
    score = models.OneToOneField(Score, on_delete=models.CASCADE, null=True, related_name="decision")
    # None above: the mark was shown as it was, and nothing was appended.
    before = models.ForeignKey(Score, on_delete=models.CASCADE, null=True, related_name="+")  # what counted until then
    reasons = models.JSONField(default=list)  # Attempt.review_reasons and released_at until then
    released_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.OneToOneField(Score, on_delete=models.CASCADE, null=True, related_name="undone")  # what it wrote

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["by", "-created_at"], name="decision_last")]

    def __str__(self) -> str:
        return f"{self.attempt_id} by {self.by_id}"


class Unveiling(models.Model):
    """In a course that is marked blind an instructor looked whose work this is. Append-only."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="unveilings")
    by = models.ForeignKey(GRADER, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.attempt_id} by {self.by_id}"


class Comment(models.Model):
    """Words of a grader about one place of the work, or about the whole. The student reads them with the mark."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(GRADER, on_delete=models.CASCADE, related_name="+")
    anchor = models.CharField(max_length=160, blank=True)  # which place, as the kind names it; empty: the whole
    region = models.JSONField(null=True)  # [x, y, width, height] of a picture, each 0..1 of its side
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["attempt", "created_at"], name="comment_list")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.anchor}"


class Remark(models.Model):
    """Words that are said again and again: one grader's own, or the whole staff's."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="remarks")
    owner = models.ForeignKey(GRADER, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=1000)
    shared = models.BooleanField(default=False)  # with every grader of the course
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-uses", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "owner", "text"], name="one_remark_each")]

    def __str__(self) -> str:
        return self.text
