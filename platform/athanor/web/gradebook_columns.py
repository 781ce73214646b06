"""Columns of the gradebook that are marked by hand: making them, and typing marks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.web.gradebook import reviewed_course
from athanor.web.people import is_fetch, person
from courses.catalog.models import Course
from courses.gradebook import choosing, selectors, services
from courses.gradebook.errors import GradebookRefused, Moved
from courses.gradebook.models import Column, HandMark
from courses.people import rules
from courses.texts import localise

ROWS = 100


@login_required
@require_http_methods(["GET", "POST"])
def gradebook_columns(request: HttpRequest, course: str) -> HttpResponse:
    """All of them; a new one by POST, or another name, number of points or visibility of one."""
    found = reviewed_course(request, course)
    rules.check_can_manage(request.user, found)
    problem = ""
    if request.method == "POST":
        try:
            _save(request, found)
        except GradebookRefused as refused:
            problem = localise(refused.text, get_language() or "en")
        else:
            messages.success(request, _("Saved."))
            return redirect("gradebook_columns", found.slug)
    context = {
        "course": found,
        "columns": Column.objects.filter(course=found),
        "problem": problem,
        "typed": request.POST,
    }
    return render(request, "gradebook/columns.html", context, status=400 if problem else 200)


def _save(request: HttpRequest, course: Course) -> None:
    typed = request.POST
    fields: dict[str, Any] = {
        "by": person(request),
        "name": typed.get("name", ""),
        "points": services.number(typed.get("points", "")) or Decimal(0),
        "visible": "visible" in typed,
    }
    if not typed.get("column"):
        services.add_column(course=course, **fields)
        return
    number = typed["column"] if typed["column"].isdecimal() else "0"
    column = get_object_or_404(Column, course=course, pk=number[:18])
    services.change_column(column=column, archived="archived" in typed, **fields)


@login_required
@require_GET
def gradebook_column(request: HttpRequest, course: str, column: int) -> HttpResponse:
    return _column_page(request, _column(request, course, column))


def _column(request: HttpRequest, course: str, column: int) -> Column:
    found = reviewed_course(request, course)
    return get_object_or_404(Column.objects.select_related("course"), course=found, pk=column, archived=False)


def _column_page(
    request: HttpRequest, column: Column, problems: Mapping[int, str] | None = None, status: int = 200
) -> HttpResponse:
    students = choosing.students_of(column.course, search=request.GET.get("search", "")[:100].replace("\0", ""))
    page = Paginator(students, ROWS).get_page(request.GET.get("page"))
    people = [row.user_id for row in page]
    marks = {mark.student_id: mark for mark in selectors.current_marks([column], people).select_related("by")}
    rows = [(row.user, marks.get(row.user_id), (problems or {}).get(row.user_id)) for row in page]
    history = HandMark.objects.filter(column=column).select_related("student", "by").order_by("-pk")[:50]
    context = {
        "course": column.course, "column": column, "page": page, "rows": rows, "history": history,
        "search": request.GET.get("search", ""), "can_manage": rules.can_manage(request.user, column.course),
    }  # fmt: skip
    return render(request, "gradebook/column.html", context, status=status)


@login_required
@require_POST
def set_marks(request: HttpRequest, course: str, column: int) -> HttpResponse:
    """One mark at a time with our script, which gets the row back; a page of them without."""
    found, problems = _column(request, course, column), dict[int, str]()
    typed = {key.removeprefix("mark-"): value for key, value in request.POST.items() if key.startswith("mark-")}
    ids = [int(key) for key in typed if key.isdecimal() and len(key) < 19]
    for student in User.objects.filter(pk__in=ids[: 2 * ROWS]):
        try:
            _set(request, found, student, str(typed[str(student.pk)]))
        except GradebookRefused as refused:
            problems[student.pk] = localise(refused.text, get_language() or "en")
            code = 409 if isinstance(refused, Moved) else 400
    if is_fetch(request):
        return _row(request, found, ids, problems, code if problems else 200)
    if problems:
        return _column_page(request, found, problems, status=code)
    messages.success(request, _("Saved."))
    return redirect("gradebook_column", found.course.slug, found.pk)


def _set(request: HttpRequest, column: Column, student: User, typed: str) -> None:
    seen = request.POST.get(f"seen-{student.pk}", "")
    services.set_mark(
        column=column, student=student, by=person(request), points=services.number(typed),
        seen=int(seen) if seen.isdecimal() and len(seen) < 19 else None,
    )  # fmt: skip


def _row(
    request: HttpRequest, column: Column, ids: list[int], problems: Mapping[int, str], status: int
) -> HttpResponse:
    student = get_object_or_404(User, pk=ids[0] if ids else 0)
    mark = selectors.hand_mark(column, student)
    context = {"student": student, "mark": mark, "problem": problems.get(student.pk), "column": column}
    return render(request, "gradebook/hand_row.html", context, status=status)


urlpatterns = [
    path("gradebook/<slug:course>/columns/", gradebook_columns, name="gradebook_columns"),
    path("gradebook/<slug:course>/columns/<int:column>/", gradebook_column, name="gradebook_column"),
    path("gradebook/<slug:course>/columns/<int:column>/marks/", set_marks, name="set_marks"),
]
