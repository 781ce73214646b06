"""What counts for a student in a course: the marks that they may see, and what those come to."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET

from athanor.web.course import find_course
from athanor.web.people import person
from courses.catalog.models import Exercise
from courses.gradebook import selectors
from courses.gradebook.models import Column
from courses.people.models import Enrolment, Role


@dataclass(frozen=True, slots=True)
class Line:
    """`points`: None where there is no mark, or none that the student may see."""

    row: Exercise | Column
    points: float | None
    weight: float  # share of the total, 0..1
    late: bool
    dropped: bool
    attempt: str  # empty: none is shown


@login_required
@require_GET
def my_marks(request: HttpRequest, course: str) -> HttpResponse:
    user = person(request)
    found = find_course(user, course)
    enrolled = Enrolment.objects.select_related("user").filter(role=Role.STUDENT, active=True)
    columns = selectors.columns_of(found)
    [line] = selectors.lines(columns, [get_object_or_404(enrolled, course=found, user=user)])
    rows = [_exercise(columns, line, each) for each in columns.exercises]
    rows += [_by_hand(columns, line, each) for each in columns.by_hand if each.visible]
    context = {"course": found, "rows": rows, "total": line.total, "weighted": _weighted(columns)}
    return render(request, "gradebook/mine.html", context)


def _exercise(columns: selectors.Columns, line: selectors.Line, row: Exercise) -> Line:
    cell = line.cell(row)
    points = cell.value * float(row.points) if cell.shown and cell.value is not None else None
    return Line(
        row,
        points,
        columns.weight(row),
        cell.shown and cell.late,
        line.dropped(row),
        cell.attempt if cell.shown else "",
    )


def _by_hand(columns: selectors.Columns, line: selectors.Line, row: Column) -> Line:
    mark = line.by_hand.get(row.pk)
    points = float(mark.points) if mark and mark.points is not None else None
    return Line(row, points, columns.weight(row), False, line.dropped(row), "")


def _weighted(columns: selectors.Columns) -> bool:
    parts = [*columns.rules.modules.values(), columns.rules.by_hand]
    return any(each.weight is not None for each in parts)


urlpatterns = [path("gradebook/<slug:course>/mine/", my_marks, name="my_marks")]
