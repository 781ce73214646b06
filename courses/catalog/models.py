"""What is taught: courses, modules, lessons, exercises. Texts are kept per language (`courses.texts`)."""

import secrets
import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.catalog.groups import group_of, regrades_of
from courses.catalog.schema import GradebookRules, PlaygroundRules, ReviewRules
from courses.kinds.registry import kind_choices
from courses.texts import localise
from workers.scheduling.services import keep_on_premises

JOIN_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else on a projector


def new_join_code() -> str:
    return "".join(secrets.choice(JOIN_ALPHABET) for _index in range(8))


def check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone of this name; write it like Europe/Paris."))


class Titled(models.Model):
    """A row with a title in several languages."""

    title = models.JSONField(_("title"), default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return localise(self.title, get_language() or "en") or f"#{self.pk}"


class Course(Titled):
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    join_code = models.CharField(_("join code"), max_length=16, unique=True, default=new_join_code)
    joining_open = models.BooleanField(_("joining by code is open"), default=True)
    published = models.BooleanField(_("published"), default=False)
    source = models.CharField(
        _("folder of its files"), max_length=200, blank=True
    )  # the folder it was loaded from, relative; empty: admin
    revision = models.CharField(
        _("revision of its files"), max_length=64, blank=True
    )  # content hash of what was loaded
    synced_at = models.DateTimeField(_("loaded from files"), null=True, blank=True)
    starts_on = models.DateField(
        _("starts on"), null=True, blank=True, help_text=_("Dates such as “week 3 friday 23:59” count from here.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_time_zone])
    certificate = models.JSONField(_("certificate"), null=True, blank=True)  # courses.catalog.schema.CertificateRule
    review = models.JSONField(_("review"), default=dict, blank=True)  # courses.catalog.schema.ReviewRules
    gradebook = models.JSONField(_("gradebook"), default=dict, blank=True)  # courses.catalog.schema.GradebookRules
    playground = models.JSONField(_("playground"), default=dict, blank=True)  # courses.catalog.schema.PlaygroundRules
    local_only = models.BooleanField(
        _("own premises only"), default=False,
        help_text=_(
            "None of its work leaves for a server that is not on our own premises, wherever an alias leads: it waits "
            "rather than go."
        ),
    )  # fmt: skip
    image_hosts = models.JSONField(_("hosts of remote images"), default=list, blank=True)  # e.g. ["example.org"]
    preview_of = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, editable=False, related_name="previews"
    )  # staff try a revision of another course here before it becomes active
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["slug"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What waits already obeys the same rule as what comes."""
        super().save(*args, **kwargs)
        keep_on_premises(groups=(group_of(self.pk), regrades_of(self.pk)), local_only=self.local_only)

    @property
    def review_rules(self) -> ReviewRules:
        return ReviewRules.model_validate(self.review)

    @property
    def gradebook_rules(self) -> GradebookRules:
        return GradebookRules.model_validate(self.gradebook)

    @property
    def playground_rules(self) -> PlaygroundRules:
        return PlaygroundRules.model_validate(self.playground)


class Module(Titled):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="modules", verbose_name=_("course"))
    slug = models.SlugField(_("slug"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)
    summary = models.JSONField(_("summary"), default=dict, blank=True)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["course", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="one_module_per_slug")]


class Lesson(Titled):
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="lessons", verbose_name=_("module"))
    slug = models.SlugField(_("slug"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)
    body = models.JSONField(_("text"), default=dict, help_text=_("Markdown, per language."))

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["module", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["module", "slug"], name="one_lesson_per_slug")]


class RubricVersion(models.Model):
    """A rubric as it was when something was graded by it: named by its content, never changed."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the canonical JSON
    content = models.JSONField()  # courses.grading.rubric.Rubric
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:12]


class Exercise(Titled):
    class Release(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        AFTER_REVIEW = "after_review", _("after a person has reviewed it")

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="exercises", verbose_name=_("module"))
    slug = models.SlugField(_("slug"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=32, choices=kind_choices)
    statement = models.JSONField(_("statement"), default=dict, help_text=_("Markdown, per language."))
    spec = models.JSONField(_("specification"), default=dict)  # the kind's `spec` model
    rubric = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("rubric"))
    points = models.DecimalField(
        _("points"), max_digits=6, decimal_places=2, default=10, validators=[MinValueValidator(0)]
    )
    pass_mark = models.FloatField(_("pass mark"), default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)])
    attempt_limit = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)  # empty: no limit
    release = models.CharField(_("marks are shown"), max_length=16, choices=Release, default=Release.AT_ONCE)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    late = models.JSONField(
        _("late work"), null=True, blank=True
    )  # courses.catalog.late.LatePolicy; null: costs nothing
    date_rules = models.JSONField(default=dict, blank=True)  # {"due_at": "week 3 friday 23:59"}: how authors wrote it
    prefill = models.JSONField(default=dict, blank=True)  # what the fields of the first run hold
    practice = models.BooleanField(default=False, editable=False)  # behind a live block of a lesson; archived, too
    references = models.JSONField(default=list, blank=True)  # courses.catalog.schema.Reference: work of known mark
    archived = models.BooleanField(_("archived"), default=False)  # gone from the course files; attempts stay readable

    class Meta:
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ["module", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["module", "slug"], name="one_exercise_per_slug")]


class Asset(models.Model):
    """A file of the course folder's `assets/`; its bytes are stored once under their digest (`catalog.assets`)."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assets", verbose_name=_("course"))
    path = models.CharField(_("path"), max_length=200)  # below `assets/`: "diagrams/tokens.svg"
    digest = models.CharField(_("digest"), max_length=64)  # SHA-256
    size = models.PositiveIntegerField(_("size"))  # bytes

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["course", "path"]
        constraints = [models.UniqueConstraint(fields=["course", "path"], name="one_asset_per_path")]

    def __str__(self) -> str:
        return self.path


class Revision(models.Model):
    """The files of a course as they came from git, an upload or the admin: checked whole, kept, perhaps active."""

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, null=True, related_name="revisions", verbose_name=_("course")
    )  # None until a new course's first activation
    slug = models.SlugField(_("slug"), max_length=80)
    source = models.CharField(_("source"), max_length=500)  # "https://…@main", the name of an upload, "admin"
    commit = models.CharField(_("commit"), max_length=64, blank=True)  # of git; empty for uploads
    archive = models.CharField(max_length=64)  # digest of the stored zip
    changes = models.JSONField(_("changes"), default=list)  # lines: what activation changes, as it was when it came
    created_at = models.DateTimeField(_("at"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    activated_at = models.DateTimeField(_("active since"), null=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.slug} {(self.commit or self.archive)[:10]}"
