"""The review queue and the page on which a grader decides."""

from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.web.attempt import find_attempt
from athanor.web.evidence import quotes_of
from athanor.web.faults import explain
from athanor.web.people import person
from athanor.web.result import result_context
from courses.attempts import selectors as attempt_selectors
from courses.attempts import services as attempt_services
from courses.attempts.errors import NotReviewable
from courses.attempts.models import Attempt
from courses.grading.findings import Stored, everything
from courses.people import rules
from courses.people.errors import Denied
from courses.review import selectors, services
from courses.review.errors import Claimed
from courses.texts import localise

ROWS = 50
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
FILTERS = {
    "waiting": gettext_lazy("Waiting for a person"),
    "unscored": gettext_lazy("A criterion could not be judged"),
    "needs_review": gettext_lazy("A criterion asks for a look"),
    "infrastructure": gettext_lazy("Something failed on our side"),
    "policy": gettext_lazy("Released only after review"),
    "reviewed": gettext_lazy("Decided by a person"),
    "all": gettext_lazy("All marked attempts"),
}


@login_required
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    user = person(request)
    courses = list(rules.courses_reviewed_by(user))
    if not courses:
        raise Denied
    wanted: selectors.Filter = request.GET.get("filter", "waiting")  # type: ignore[assignment]  # checked below
    wanted = wanted if wanted in get_args(selectors.Filter) else "waiting"
    course = next((each for each in courses if each.slug == request.GET.get("course")), None)
    page = Paginator(selectors.queue(user, course, filter=wanted), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page, "courses": courses, "course": course, "filters": FILTERS, "wanted": wanted,
        "counts": selectors.counts(user, course),
    }  # fmt: skip
    return render(request, "review/queue.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def review_attempt(request: HttpRequest, attempt: UUID) -> HttpResponse:
    found = find_attempt(request, attempt)
    rules.check_can_review(request.user, found.exercise.module.course)
    if request.method == "POST":
        return _decide(request, found)
    return _page(request, found)


def _page(request: HttpRequest, attempt: Attempt, *, problem: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    context = result_context(attempt, user)
    findings = context["mark"].findings if context["mark"] else []
    context |= {
        "criteria": [_criterion(found, request.POST) for found in everything(findings)],
        "quotes": quotes_of(findings),
        "holder": _hold(attempt, user),
        "problem": problem,
        "typed": request.POST,
        "wanted": request.GET.get("filter", "waiting"),
        "own": attempt.student_id == user.pk,
    }
    return render(request, "review/attempt.html", context, status=status)


def _hold(attempt: Attempt, user: User) -> User | None:
    """Take it on the screen; tell who else has it there."""
    try:
        services.claim(attempt=attempt, grader=user)
    except Claimed as error:
        return error.grader  # type: ignore[return-value]  # our user model
    except (NotReviewable, Denied):
        return None
    return None


def _criterion(found: Stored, typed: Mapping[str, Any]) -> dict[str, Any]:
    current = found["score"]
    chosen = typed.get(f"score-{found['id']}")
    steps = sorted({*STEPS, *([current] if current is not None else [])})
    return {"finding": found, "steps": steps, "chosen": float(chosen) if chosen else current}


def _decide(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    user = person(request)
    try:
        changes, value = _changes(request, attempt), _whole_mark(request, attempt)
        services.decide(
            attempt=attempt, grader=user, changes=changes, value=value, reason=request.POST.get("reason", ""),
            seen_score_id=int(request.POST.get("seen") or 0) or None,
        )  # fmt: skip
    except NotReviewable as error:
        fault = explain(error)
        return _page(request, attempt, problem=fault.text, status=409 if error.code == "changed" else fault.status)
    except ValueError:
        return _page(request, attempt, problem=_("A mark is a number within the range shown."), status=422)
    messages.success(request, _("Your decision is saved; the student sees it with your reason."))
    return _next(request, attempt)


def _changes(request: HttpRequest, attempt: Attempt) -> dict[str, float]:
    """The criteria whose score the grader moved."""
    current = attempt_selectors.visible_score(attempt, person(request))
    found: dict[str, float] = {}
    for finding in everything(current.findings if current else []):
        given = request.POST.get(f"score-{finding['id']}", "")
        if given and _number(given, 1.0) != finding["score"]:
            found[finding["id"]] = _number(given, 1.0)
    return found


def _whole_mark(request: HttpRequest, attempt: Attempt) -> float | None:
    given = request.POST.get("points", "").strip().replace(",", ".")
    most = float(attempt.exercise.points)
    return _number(given, most) / most if given and most else None


def _number(given: str, most: float) -> float:
    value = float(given)
    if not 0.0 <= value <= most:
        raise ValueError(given)
    return value


def _next(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    following = selectors.next_in_queue(person(request), attempt)
    return redirect("review_attempt", following.pk) if following else redirect("review")


@login_required
@require_POST
def release(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Show the student the mark as the machine made it."""
    found = find_attempt(request, attempt)
    try:
        attempt_services.release(attempt=found, by=request.user)
    except NotReviewable as error:
        return _page(request, found, problem=localise(error.text, get_language() or "en"), status=422)
    messages.success(request, _("The mark is released: the student sees it now."))
    return _next(request, found)


@login_required
@require_POST
def claim(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Keep the attempt on the screen (from the script), or take it over from another grader (a button)."""
    found = find_attempt(request, attempt)
    take_over = request.POST.get("take_over") == "yes"
    try:
        services.claim(attempt=found, grader=person(request), take_over=take_over)
    except NotReviewable as error:
        return _page(request, found, problem=explain(error).text, status=409)
    return redirect("review_attempt", found.pk) if take_over else HttpResponse(status=204)


urlpatterns = [
    path("review/", review, name="review"),
    path("review/<uuid:attempt>/", review_attempt, name="review_attempt"),
    path("review/<uuid:attempt>/release/", release, name="release_mark"),
    path("review/<uuid:attempt>/claim/", claim, name="claim"),
]
