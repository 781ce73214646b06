"""The gradebook of a course, its files, and what the marks say about an exercise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from athanor.accounts.models import User
from athanor.web.course import find_course
from athanor.web.gradebook_cells import Drawing, legend, options
from athanor.web.people import person
from courses.catalog.models import Course, Exercise
from courses.gradebook import choosing, exports, selectors
from courses.gradebook.drift import Grader, drift
from courses.gradebook.models import Column
from courses.gradebook.selectors import Columns, Line
from courses.gradebook.statistics import Bin, Statistics, statistics
from courses.people import rules
from courses.people.models import Enrolment, Group

ROWS = 25
COLUMNS = 40  # exercises side by side; with ROWS as many cells as a page draws within a moment
FILTERS = {
    "all": gettext_lazy("Everybody"),
    "missing": gettext_lazy("Something is missing"),
    "waiting": gettext_lazy("Something waits for a person"),
    "late": gettext_lazy("Something came late"),
    "below": gettext_lazy("A mark is below the pass mark"),
    "hidden": gettext_lazy("A mark is not shown yet"),
    "released": gettext_lazy("At least one mark is shown"),
}
ORDERS = {
    "name": gettext_lazy("Name"),
    "best": gettext_lazy("Highest mark first"),
    "worst": gettext_lazy("Lowest mark first"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """Of a column. `weight`: share of the total, 0..1."""

    row: Exercise | Column
    weight: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Which students, and which columns, the reader asked for."""

    group: Group | None
    wanted: choosing.Filter
    module: str
    search: str
    exercise: Exercise | None  # what the filter and the order look at; None: all, and the total
    order: str

    def students(self, course: Course) -> QuerySet[Enrolment]:
        found = choosing.students_of(course, self.group, self.wanted, self.search, self.exercise)
        if self.exercise and self.order != "name":
            return choosing.by_mark(found, self.exercise, best_first=self.order == "best")
        return found

    def exercises(self, columns: Columns) -> list[Exercise]:
        return [each for each in columns.exercises if not self.module or each.module.slug == self.module]

    @property
    def by_total(self) -> bool:
        return self.order != "name" and self.exercise is None


def reviewed_course(request: HttpRequest, slug: str) -> Course:
    """The course, for whoever marks in it and may know whose work it is."""
    found = find_course(person(request), slug)
    rules.check_can_review(request.user, found)
    rules.check_can_see_names(request.user, found)
    return found


def _choice(request: HttpRequest, columns: Columns) -> Choice:
    asked = request.GET
    groups = selectors.groups_of(columns.course) if asked.get("group") else []
    wanted: choosing.Filter = asked.get("state", "all")  # type: ignore[assignment]  # checked below
    return Choice(
        group=next((each for each in groups if str(each.pk) == asked.get("group")), None),
        wanted=wanted if wanted in get_args(choosing.Filter) else "all",
        module=asked.get("module", ""),
        search=asked.get("search", "")[:100].replace("\0", ""),
        exercise=next((each for each in columns.exercises if str(each.pk) == asked.get("exercise")), None),
        order=asked["order"] if asked.get("order") in ORDERS else "name",
    )


@login_required
@require_GET
def gradebook(request: HttpRequest, course: str) -> HttpResponse:
    found = reviewed_course(request, course)
    columns = selectors.columns_of(found)
    choice = _choice(request, columns)
    window = Paginator(choice.exercises(columns), COLUMNS).get_page(request.GET.get("columns"))
    page, lines = _lines(request, columns, choice, list(window))
    drawing = Drawing.of_now()
    context = {
        "course": found, "page": page, "choice": choice, "groups": selectors.groups_of(found), "filters": FILTERS,
        "orders": ORDERS, "formats": list(exports.FORMATS), "query": _query(request, "page"),
        "rows_query": _query(request, "columns"), "window": window,
        "options": options(columns.exercises, choice.exercise),
        "modules": list(dict.fromkeys(each.module for each in columns.exercises)),
        "heads": [Head(each, columns.weight(each)) for each in window],
        "by_hand": [Head(each, columns.weight(each)) for each in columns.by_hand],
        "rows": [(line, drawing.row(line, list(window)), drawing.by_hand(line, columns.by_hand)) for line in lines],
        "legend": legend(), "can_manage": rules.can_manage(request.user, found),
    }  # fmt: skip
    return render(request, "gradebook/gradebook.html", context)


def _lines(
    request: HttpRequest, columns: Columns, choice: Choice, exercises: list[Exercise]
) -> tuple[Page[Any], Sequence[Line]]:
    """Whoever sorts by the total waits for all totals; everything else reads one page of rows."""
    students, number = choice.students(columns.course), request.GET.get("page")
    if not choice.by_total:
        page = Paginator(students, ROWS).get_page(number)
        return page, selectors.lines(columns, list(page), exercises)
    everybody, sign = list(students), -1 if choice.order == "best" else 1
    totals = selectors.totals(columns, everybody)
    everybody.sort(key=lambda row: sign * (totals[row.user_id].value or 0.0))
    shown = Paginator(everybody, ROWS).get_page(number)
    return shown, selectors.lines(columns, list(shown), exercises)


def _query(request: HttpRequest, without: str) -> str:
    """The choice, for links to another page of it and to its files."""
    kept = request.GET.copy()
    kept.pop(without, None)
    return kept.urlencode()


@login_required
@require_GET
def gradebook_file(request: HttpRequest, course: str, form: str) -> HttpResponse:
    found = reviewed_course(request, course)
    chosen = exports.FORMATS.get(form)
    if chosen is None:
        raise Http404
    columns = selectors.columns_of(found)
    choice = _choice(request, columns)
    lines = selectors.lines(columns, list(choice.students(found)))
    data = chosen.write(Columns(found, choice.exercises(columns), columns.by_hand), lines)
    name = f'attachment; filename="{found.slug}.{chosen.suffix}"'
    return HttpResponse(data, content_type=chosen.media_type, headers={"Content-Disposition": name})


@login_required
@require_GET
def exercise_statistics(request: HttpRequest, course: str, module: str, exercise: str) -> HttpResponse:
    found = reviewed_course(request, course)
    related = Exercise.objects.select_related("module__course").filter(archived=False, practice=False)
    row = get_object_or_404(related, module__course=found, module__slug=module, slug=exercise)
    numbers = _statistics(found, row)
    context = {"course": found, "exercise": row, "numbers": numbers, "bars": bars(numbers.bins), "size": SIZE,
               "graders": _graders(row) if rules.can_manage(request.user, found) else []}  # fmt: skip
    return render(request, "gradebook/exercise.html", context)


@dataclass(frozen=True, slots=True)
class Marking:
    """How one person marks."""

    person: User
    grader: Grader


def _graders(exercise: Exercise) -> list[Marking]:
    found = drift(selectors.decisions_of(exercise))
    people = User.objects.in_bulk([each.person for each in found])
    return [Marking(people[each.person], each) for each in found]


def _statistics(course: Course, exercise: Exercise) -> Statistics:
    columns = selectors.columns_of(course)
    lines = selectors.lines(columns, list(choosing.students_of(course)))
    scores = [key for line in lines if (key := line.cell(exercise).score_id)]
    points = {each.pk: float(each.points) for each in columns.exercises}
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
