"""Second readings: what waits, marking blind, both side by side, and how well graders agree."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.web import blank
from athanor.web.faults import explain
from athanor.web.people import person
from courses.attempts.errors import NotReviewable
from courses.catalog.models import Course, Exercise
from courses.grading.findings import leaves
from courses.people import rules
from courses.people.errors import Denied, Hidden
from courses.readings import agreement, selectors, services
from courses.readings.models import Reading
from courses.readings.rules import can_read
from courses.texts import Text

ROWS = 50


@login_required
@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    user = person(request)
    courses = list(rules.courses_reviewed_by(user))
    if not courses:
        raise Denied
    context = {
        "page": Paginator(selectors.to_read(user), ROWS).get_page(request.GET.get("page")),
        "to_settle": selectors.to_settle(user)[:ROWS],
        "done": selectors.read_with(user)[:ROWS],
        "managed": [each for each in rules.courses_managed_by(user) if each.review_rules.second_reading],
    }
    return render(request, "readings/list.html", context)


def _found(request: HttpRequest, pk: int) -> Reading:
    found = get_object_or_404(selectors.readings(), pk=pk)
    rules.check_can_review(request.user, found.attempt.exercise.module.course)
    if found.attempt.student_id == person(request).pk:
        raise Hidden("No such reading.")  # nobody learns how often their own work is read
    return found


@login_required
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, reading: int) -> HttpResponse:
    found = _found(request, reading)
    if request.method == "GET":
        return _page(request, found)
    try:
        scores = blank.scores_of(found.first.findings, request.POST)
        services.read(reading=found, reader=person(request), scores=scores, note=request.POST.get("note", ""))
    except NotReviewable as error:
        return _page(request, found, problem=explain(error).text, status=422)
    messages.success(request, _("Your reading is saved. Here are both."))
    return redirect("reading", found.pk)


def _page(request: HttpRequest, found: Reading, *, problem: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    shown = selectors.shows_both(user, found)
    context = {
        **blank.blank_context(found.attempt, user),
        "reading": found,
        "problem": problem,
        "typed": request.POST,
        "criteria": blank.criteria(found.first.findings, request.POST),
        "may_read": found.state == Reading.State.WAITING and can_read(user, found),
        "may_look": rules.can_manage(user, found.attempt.exercise.module.course),
        "shown": shown,
        "rows": blank.beside(found.first.findings, found.scores) if shown else [],
        "may_settle": shown and found.state != Reading.State.SETTLED
        and rules.can_manage(user, found.attempt.exercise.module.course),
        "verdicts": Reading.Verdict.choices,
    }  # fmt: skip
    return render(request, "readings/reading.html", context, status=status)


@login_required
@require_POST
def look(request: HttpRequest, reading: int) -> HttpResponse:
    """Rather the page of the review than a second reading."""
    found = _found(request, reading)
    services.look(reading=found, by=person(request))
    return redirect("review_attempt", found.attempt_id)


@login_required
@require_POST
def settle(request: HttpRequest, reading: int) -> HttpResponse:
    found, given = _found(request, reading), request.POST
    try:
        services.settle(reading=found, by=person(request), verdict=given.get("verdict", ""), note=given.get("note", ""))
    except NotReviewable as error:
        return _page(request, found, problem=explain(error).text, status=422)
    except ValueError:
        return _page(request, found, problem=_("Choose which reading counts."), status=422)
    return redirect("reading", found.pk)


@login_required
@require_GET
def agreements(request: HttpRequest, course: str) -> HttpResponse:
    """How well the graders of a course agree: instructors only."""
    found = get_object_or_404(Course, slug=course)
    rules.check_can_manage(request.user, found)
    pairs = list(selectors.pairs(found))
    people = User.objects.in_bulk({pk for each in pairs for pk in each.graders})
    titles = _titles(found)
    context = {
        "course": found,
        "all": agreement.agreement_of(pairs),
        "by_graders": [
            ([people[one], people[other]], facts) for (one, other), facts in agreement.by_graders(pairs).items()
        ],
        "by_criterion": [(titles.get(key, ("", {})), facts) for key, facts in agreement.by_criterion(pairs).items()],
    }
    return render(request, "readings/agreement.html", context)


def _titles(course: Course) -> dict[tuple[int, str], tuple[Any, Text]]:
    """(exercise, title of the criterion) by exercise id and criterion id, from the first marks that were read."""
    rows = Reading.objects.filter(attempt__exercise__module__course=course).values_list(
        "attempt__exercise_id", "first__findings"
    )
    exercises = Exercise.objects.filter(module__course=course).in_bulk()
    return {
        (exercise, found["id"]): (exercises[exercise], found["title"])
        for exercise, findings in rows
        for found in leaves(findings)
    }


urlpatterns = [
    path("readings/", readings, name="readings"),
    path("readings/<int:reading>/", reading, name="reading"),
    path("readings/<int:reading>/settle/", settle, name="settle_reading"),
    path("readings/<int:reading>/look/", look, name="look_at_first"),
    path("courses/<slug:course>/agreement/", agreements, name="agreement"),
]
