"""Attempts and their ledger of marks: to be read. Marks are decided on the review page, with a reason."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from athanor.administration.base import CourseAdmin, ReadOnly, ReadOnlyRows
from courses.attempts.models import Attempt, Run, Score


class ScoreRows(ReadOnlyRows):
    model = Score
    fields = ("created_at", "origin", "value", "points", "person", "reason", "grader_version")
    readonly_fields = fields
    ordering = ("-id",)
    show_change_link = False
    tab = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("decided_by")

    @admin.display(description=_("decided by"))
    def person(self, score: Score) -> str:
        return str(score.decided_by or "–")


class RunRows(ReadOnlyRows):
    model = Run
    fields = ("created_at", "payload", "job_state", "model_name")
    readonly_fields = fields
    show_change_link = False
    tab = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("job")

    @admin.display(description=_("state"))
    def job_state(self, run: Run) -> str:
        return run.job.get_state_display()

    @admin.display(description=_("model"))
    def model_name(self, run: Run) -> str:
        return run.job.model


@admin.register(Attempt)
class AttemptPage(ReadOnly, CourseAdmin):
    list_display = ("exercise", "student", "number", "state", "submitted_at", "released_at")
    list_filter = (
        "state",
        ("exercise__module__course", admin.RelatedOnlyFieldListFilter),
        ("released_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("exercise", "student")
    search_fields = ("student__username", "student__last_name", "student__email", "exercise__slug")
    date_hierarchy = "submitted_at"
    inlines = (ScoreRows, RunRows)
    fields = (
        "exercise", "who", "number", "state", "review", "created_at", "submitted_at", "graded_at", "released_at",
        "review_reasons", "answer", "rubric",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("student"))
    def who(self, attempt: Attempt) -> str:
        """As text: a link to the person would lead an instructor to a closed door."""
        return str(attempt.student)

    @admin.display(description=_("review"))
    def review(self, attempt: Attempt) -> str:
        if attempt.state == Attempt.State.OPEN:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("review_attempt", args=[attempt.pk]), _("Open the review page")
        )
