"""The gradebook of a course, its files, and what the marks say about an exercise."""

from dataclasses import dataclass
from typing import Any, get_args

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from athanor.web.course import find_course
from athanor.web.people import person
from courses.catalog.models import Course, Exercise
from courses.gradebook import book, exports, selectors
from courses.gradebook.book import Cell
from courses.gradebook.statistics import Bin, Statistics, statistics
from courses.people import rules
from courses.people.models import Enrolment, Group

ROWS, FEWEST_ROWS = 50, 10
CELLS = 2000  # about as many as a page draws within a second
FILTERS = {
    "all": gettext_lazy("Everybody"),
    "missing": gettext_lazy("Something is missing"),
    "waiting": gettext_lazy("Something waits for a person"),
    "released": gettext_lazy("At least one mark is shown"),
}


@dataclass(frozen=True, slots=True)
class Column:
    exercise: Exercise
    weight: float  # share of the total, 0..1


@dataclass(frozen=True, slots=True)
class Filled:
    """A cell as the page shows it."""

    cell: Cell
    points: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which students, and which columns, the reader asked for."""

    group: Group | None
    wanted: selectors.Filter
    module: str

    def students(self, course: Course) -> QuerySet[Enrolment]:
        return selectors.students_of(course, self.group, self.wanted)

    def columns(self, exercises: list[Exercise]) -> list[Exercise]:
        return [each for each in exercises if not self.module or each.module.slug == self.module]


def _reviewed_course(request: HttpRequest, slug: str) -> Course:
    found = find_course(person(request), slug)
    rules.check_can_review(request.user, found)
    return found


def _choice(request: HttpRequest, groups: list[Group]) -> Choice:
    wanted: selectors.Filter = request.GET.get("state", "all")  # type: ignore[assignment]  # checked below
    return Choice(
        group=next((each for each in groups if str(each.pk) == request.GET.get("group")), None),
        wanted=wanted if wanted in get_args(selectors.Filter) else "all",
        module=request.GET.get("module", ""),
    )


@login_required
@require_GET
def gradebook(request: HttpRequest, course: str) -> HttpResponse:
    found = _reviewed_course(request, course)
    groups, exercises = selectors.groups_of(found), selectors.exercises_of(found)
    choice = _choice(request, groups)
    shown = choice.columns(exercises)
    rows = max(FEWEST_ROWS, min(ROWS, CELLS // max(1, len(shown))))
    page = Paginator(choice.students(found), rows).get_page(request.GET.get("page"))
    weights = book.weights({each.pk: float(each.points) for each in exercises})
    lines = selectors.lines(found, list(page), exercises)
    context = {
        "course": found, "page": page, "choice": choice, "groups": groups, "filters": FILTERS,
        "formats": list(exports.FORMATS), "query": _query(request),
        "modules": list(dict.fromkeys(each.module for each in exercises)),
        "columns": [Column(each, weights[each.pk]) for each in shown],
        "rows": [(line, [_filled(line, each) for each in shown]) for line in lines],
        "most": sum(float(each.points) for each in exercises),
    }  # fmt: skip
    return render(request, "gradebook/gradebook.html", context)


def _filled(line: selectors.Line, exercise: Exercise) -> Filled:
    cell = line.cell(exercise)
    return Filled(cell, None if cell.value is None else cell.value * float(exercise.points))


def _query(request: HttpRequest) -> str:
    """The choice, for links to another page of it and to its files."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


@login_required
@require_GET
def gradebook_file(request: HttpRequest, course: str, form: str) -> HttpResponse:
    found = _reviewed_course(request, course)
    chosen = exports.FORMATS.get(form)
    if chosen is None:
        raise Http404
    exercises = selectors.exercises_of(found)
    choice = _choice(request, selectors.groups_of(found))
    lines = selectors.lines(found, list(choice.students(found)), exercises)
    data = chosen.write(found, choice.columns(exercises), lines)
    name = f'attachment; filename="{found.slug}.{chosen.suffix}"'
    return HttpResponse(data, content_type=chosen.media_type, headers={"Content-Disposition": name})


@login_required
@require_GET
def exercise_statistics(request: HttpRequest, course: str, module: str, exercise: str) -> HttpResponse:
    found = _reviewed_course(request, course)
    related = Exercise.objects.select_related("module__course").filter(archived=False, practice=False)
    row = get_object_or_404(related, module__course=found, module__slug=module, slug=exercise)
    numbers = _statistics(found, row)
    context = {"course": found, "exercise": row, "numbers": numbers, "bars": bars(numbers.bins), "size": SIZE}
    return render(request, "gradebook/exercise.html", context)


def _statistics(course: Course, exercise: Exercise) -> Statistics:
    exercises = selectors.exercises_of(course)
    lines = selectors.lines(course, list(selectors.students_of(course)), exercises)
    scores = [key for line in lines if (key := line.cell(exercise).score_id)]
    points = {each.pk: float(each.points) for each in exercises}
    return statistics(
        exercise.pk, exercise.pass_mark, [line.cells for line in lines], points, selectors.findings_of(scores)
    )


SIZE: dict[str, Any] = {"width": 320, "height": 120}  # of the drawing, in its own units
GAP = 4


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int


def bars(bins: list[Bin]) -> list[Bar]:
    """The highest fills the drawing; whatever is not empty can be seen."""
    most = max(1, *(each.count for each in bins))
    step, full = SIZE["width"] // len(bins), SIZE["height"]
    heights = [max(2, round(full * each.count / most)) if each.count else 0 for each in bins]
    return [Bar(n * step, full - height, step - GAP, height) for n, height in enumerate(heights)]


urlpatterns = [
    path("courses/<slug:course>/gradebook/", gradebook, name="gradebook"),
    path("courses/<slug:course>/gradebook.<slug:form>", gradebook_file, name="gradebook_file"),
    path("courses/<slug:course>/gradebook/<slug:module>/<slug:exercise>/", exercise_statistics,
         name="exercise_statistics"),
]  # fmt: skip
