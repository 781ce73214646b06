"""Marks from a file: upload, preview, apply."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from athanor.web.gradebook import reviewed_course
from athanor.web.people import person
from courses.attempts.errors import AttemptRefused
from courses.gradebook import errors, imports, sheets
from courses.gradebook.errors import GradebookRefused
from courses.gradebook.models import Import
from courses.texts import localise

SHOWN = 500  # lines of a preview
PROBLEMS = {
    "empty": gettext_lazy("The file is empty."),
    "no_person": gettext_lazy("No column says whose mark it is: name one username, email or id."),
    "unknown_column": gettext_lazy("Nothing in this course has this name; the column is left out."),
    "column_twice": gettext_lazy("This column is there twice; only the first one counts."),
    "unknown_person": gettext_lazy("No student of this course."),
    "ambiguous_person": gettext_lazy("Several students have this; use the username."),
    "twice": gettext_lazy("This student is there twice; only the first line counts."),
    "formula": gettext_lazy("A formula, not a mark: paste its value."),
    "no_number": gettext_lazy("No number."),
    "out_of_range": gettext_lazy("Below 0, or more than the points of the column."),
    "nothing_to_mark": gettext_lazy("This student has handed in nothing that can be marked."),
    "another_attempt": gettext_lazy("Another attempt of this student is worth more: decide about it in the review."),
}


@dataclass(frozen=True, slots=True)
class Said:
    line: int
    column: str
    value: str
    text: Any


@login_required
@require_http_methods(["GET", "POST"])
def import_marks(request: HttpRequest, course: str) -> HttpResponse:
    found = reviewed_course(request, course)
    problem = ""
    if request.method == "POST":
        try:
            return redirect("import_preview", found.slug, _prepared(request, found).pk)
        except GradebookRefused as refused:
            problem = localise(refused.text, get_language() or "en")
    recent = Import.objects.filter(course=found).select_related("by").defer("changes", "problems")[:10]
    context = {"course": found, "problem": problem, "typed": request.POST, "recent": recent}
    return render(request, "gradebook/import.html", context, status=400 if problem else 200)


def _prepared(request: HttpRequest, course: Any) -> Import:
    given = request.FILES.get("file")
    data = given.read(sheets.LARGEST + 1) if given else b""
    if not given or not data:
        raise errors.no_file()
    return imports.prepare(
        course=course, by=person(request), name=given.name or "", data=data, reason=request.POST.get("reason", "")
    )


@login_required
@require_http_methods(["GET", "POST"])
def import_preview(request: HttpRequest, course: str, draft: int) -> HttpResponse:
    found = reviewed_course(request, course)
    row = get_object_or_404(Import.objects.select_related("course", "by"), course=found, pk=draft)
    problem = ""
    if request.method == "POST":
        try:
            return _done(request, row)
        except (GradebookRefused, AttemptRefused) as refused:
            problem = localise(refused.text, get_language() or "en")
    said = [Said(each["line"], each["column"], each["value"], PROBLEMS[each["code"]]) for each in row.problems]
    context = {
        "course": found, "draft": row, "changes": row.changes[:SHOWN], "said": said, "problem": problem,
        "more": max(0, len(row.changes) - SHOWN), "ready": row.state == Import.State.READY,
        "exercises": any(each["attempt"] for each in row.changes),
    }  # fmt: skip
    return render(request, "gradebook/preview.html", context, status=409 if problem else 200)


def _done(request: HttpRequest, row: Import) -> HttpResponse:
    if request.POST.get("do") == "apply":
        number = imports.apply(draft=row, by=person(request))
        said = ngettext("%(number)d mark was written.", "%(number)d marks were written.", number)
        messages.success(request, said % {"number": number})
    else:
        imports.cancel(draft=row, by=person(request))
    return redirect("gradebook", row.course.slug)


urlpatterns = [
    path("gradebook/<slug:course>/import/", import_marks, name="import_marks"),
    path("gradebook/<slug:course>/import/<int:draft>/", import_preview, name="import_preview"),
]
