"""How a course is doing, for its instructors: plots with a table each, and the same as a file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from athanor.web.course import find_course
from athanor.web.people import person
from athanor.web.plots import Kind, PlotData, Series
from courses.catalog.models import Course, Exercise
from courses.gradebook.cells import plain
from courses.gradebook.condition import DAYS, MOST_JOBS, MOST_SCORES, Condition, recent_condition
from courses.gradebook.health import MOST_ATTEMPTS, Step, Use
from courses.gradebook.selectors import exercises_of
from courses.gradebook.statistics import BINS
from courses.people import rules
from courses.texts import localise


@dataclass(frozen=True, slots=True)
class Section:
    slug: str
    title: str
    kind: Kind
    data: PlotData
    note: str
    empty: str  # what is said while there is nothing to show
    measured: bool


def _managed_course(request: HttpRequest, slug: str) -> Course:
    found = find_course(person(request), slug)
    rules.check_can_manage(request.user, found)
    return found


@login_required
@require_GET
def course_health(request: HttpRequest, course: str) -> HttpResponse:
    found = _managed_course(request, course)
    condition = recent_condition(found, exercises_of(found))
    context = {"course": found, "students": condition.students, "at": condition.at, "sections": sections(condition)}
    return render(request, "course/health.html", context)


@login_required
@require_GET
def course_health_file(request: HttpRequest, course: str) -> HttpResponse:
    """One line per number: section, label, series, value."""
    found = _managed_course(request, course)
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(["section", "label", "series", "value"])
    for section in sections(recent_condition(found, exercises_of(found))):
        for label, cells in section.data.rows:
            for series, cell in zip(section.data.series, cells, strict=True):
                value = "" if cell.value is None else round(cell.value, 4)
                writer.writerow([section.slug, plain(label), plain(series.name), value])
    name = f'attachment; filename="{found.slug}-health.csv"'
    headers = {"Content-Disposition": name}
    return HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def sections(condition: Condition) -> list[Section]:
    return [
        _marks(condition), _where_they_stop(condition), _attempts(condition), _criteria(condition),
        _waiting(condition), _tokens(condition), _slots(condition),
    ]  # fmt: skip


def _names(exercises: Sequence[Exercise]) -> list[str]:
    return [str(exercise) for exercise in exercises]


def _marks(condition: Condition) -> Section:
    counts = [sum(bins[place] for bins in condition.bins.values()) for place in range(BINS)]
    labels = [f"{place * 10} – {place * 10 + 10} %" for place in range(BINS)]
    data = PlotData(_("Mark"), labels, [Series(_("Marks"), counts)])
    note = _("The best mark of every student in every exercise, shown or not.")
    return Section("marks", _("Marks"), "bars", data, note, _("No mark yet."), any(counts))


def _where_they_stop(condition: Condition) -> Section:
    steps = [condition.steps.get(each.pk, Step(0, 0, 0, 0)) for each in condition.exercises]
    series = [
        Series(_("Begun"), [step.begun for step in steps]),
        Series(_("Handed in"), [step.handed_in for step in steps]),
        Series(_("Passed"), [step.passed for step in steps]),
        Series(_("Went no further"), [step.stopped for step in steps]),
    ]
    data = PlotData(_("Exercise"), _names(condition.exercises), series, _("students"))
    note = _("“Went no further”: nothing was handed in for any later exercise.")
    empty = _("Nobody has begun.")
    return Section("stops", _("Where students stop"), "bars", data, note, empty, any(step.begun for step in steps))


def _attempts(condition: Condition) -> Section:
    names = [*(str(number) for number in range(1, MOST_ATTEMPTS)), _("%(most)d or more") % {"most": MOST_ATTEMPTS}]
    none = [0] * MOST_ATTEMPTS
    counts = [condition.attempts.get(each.pk, none) for each in condition.exercises]
    series = [Series(name, [each[place] for each in counts]) for place, name in enumerate(names)]
    data = PlotData(_("Exercise"), _names(condition.exercises), series, _("students"))
    note = _("How many attempts those handed in who have passed.")
    empty = _("Nobody has passed yet.")
    measured = any(map(any, counts))
    return Section("attempts", _("Attempts to success"), "stacked", data, note, empty, measured)


def _criteria(condition: Condition) -> Section:
    titles = {exercise.pk: str(exercise) for exercise in condition.exercises}
    language = get_language() or "en"
    labels = [
        f"{localise(each.rate.title, language) or each.rate.id} · {titles[each.exercise]}"
        for each in condition.failures
    ]  # fmt: skip
    shares = [each.share for each in condition.failures]
    judged = [each.rate.judged for each in condition.failures]
    series = [Series(_("Not fulfilled"), shares, "percent")]
    data = PlotData(_("Criterion"), [f"{a} (n = {n})" for a, n in zip(labels, judged, strict=True)], series)
    note = _("Among the latest %(most)d marks that count.") % {"most": MOST_SCORES}
    empty = _("No criterion was missed.")
    return Section("criteria", _("Criteria that are missed"), "across", data, note, empty, bool(labels))


def _uses(condition: Condition) -> list[tuple[str, Use]]:
    return [(str(each), condition.use[each.pk]) for each in condition.exercises if each.pk in condition.use]


def _of_models() -> tuple[str, str]:
    note = _("Of the last %(days)d days, at most %(most)d answers.") % {"days": DAYS, "most": MOST_JOBS}
    return note, _("No model was asked.")


def _waiting(condition: Condition) -> Section:
    uses = _uses(condition)
    series = [
        Series(_("Median"), [use.wait for _name, use in uses], "seconds"),
        Series(_("95 of 100 waited less"), [use.long_wait for _name, use in uses], "seconds"),
    ]
    data = PlotData(_("Exercise"), [name for name, _use in uses], series, _("seconds"))
    return Section("waiting", _("Waiting for a model"), "bars", data, *_of_models(), bool(uses))


def _tokens(condition: Condition) -> Section:
    uses = _uses(condition)
    series = [
        Series(_("Tokens"), [use.tokens for _name, use in uses]),
        Series(_("Answers"), [use.answers for _name, use in uses], drawn=False),
    ]
    data = PlotData(_("Exercise"), [name for name, _use in uses], series, _("tokens"))
    return Section("tokens", _("Tokens"), "across", data, *_of_models(), bool(uses))


def _slots(condition: Condition) -> Section:
    uses = _uses(condition)
    series = [Series(_("GPU time"), [use.seconds for _name, use in uses], "seconds")]
    data = PlotData(_("Exercise"), [name for name, _use in uses], series, _("seconds"))
    return Section("gpu", _("GPU time"), "across", data, *_of_models(), bool(uses))


urlpatterns = [
    path("courses/<slug:course>/health/", course_health, name="course_health"),
    path("courses/<slug:course>/health.csv", course_health_file, name="course_health_file"),
]
