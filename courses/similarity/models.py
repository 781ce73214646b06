"""Fingerprints of work that was handed in, and pairs that are alike. Staff only; likeness proves nothing."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.attempts.models import Attempt
from courses.catalog.models import Exercise


class Print(models.Model):
    """Of one attempt: hashes, from which nobody can read the text."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=40)  # of the way they are made, and of what everybody was given
    hashes = models.BinaryField()  # courses.similarity.prints.Hashes, little-endian
    pictures = models.JSONField(default=list)  # perceptual hashes, hexadecimal

    class Meta:
        indexes = [models.Index(fields=["exercise", "version"], name="print_version")]

    def __str__(self) -> str:
        return f"print of {self.attempt_id}"


class Comparison(models.Model):
    """How far the comparison of an exercise's work is."""

    exercise = models.OneToOneField(Exercise, on_delete=models.CASCADE, primary_key=True, related_name="comparison")
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)  # a worker has a step in hand until then
    works = models.PositiveIntegerField(default=0)  # with fingerprints
    left = models.PositiveIntegerField(default=0)  # without

    def __str__(self) -> str:
        return f"comparison of {self.exercise_id}"


class Pair(models.Model):
    class Verdict(models.TextChoices):
        NONE = "", _("not looked at")
        SEEN = "seen", _("seen")
        HARMLESS = "harmless", _("harmless")
        TALK = "talk", _("talk to them")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="pairs")
    first = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    shared = models.PositiveIntegerField(default=0)  # fingerprints
    share = models.FloatField(default=0)  # of those of the shorter text, 0..1
    bits = models.PositiveSmallIntegerField(null=True)  # of 64, in which the most alike pictures differ
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, default=Verdict.NONE, blank=True)
    note = models.TextField(_("note"), blank=True)  # for the staff
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pair")
        verbose_name_plural = _("pairs")
        ordering = ["-share", "bits", "id"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="one_pair_each")]
        indexes = [models.Index(fields=["exercise", "-share"], name="pair_list")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
