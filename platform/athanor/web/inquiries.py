"""Requests about marks: asking, the thread, the answer, and the list of the staff."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.web.attempt import find_attempt, to_reading
from athanor.web.evidence import quotes_of
from athanor.web.faults import explain
from athanor.web.people import person
from athanor.web.result import result_context
from athanor.web.steps import number, steps_of
from courses.attempts.errors import AttemptRefused
from courses.attempts.models import Attempt
from courses.inquiries import rules, selectors, services
from courses.inquiries.models import Inquiry
from courses.notices.services import mark_read
from courses.people.rules import can_manage, can_review, courses_reviewed_by
from courses.readings.rules import ReadFirst, check_need_not_read
from courses.review.rules import can_see_name
from courses.review.selectors import names_hidden

ROWS = 50
FILTERS = {
    "for_me": gettext_lazy("For me"),
    "mine": gettext_lazy("Taken or answered by me"),
    "open": gettext_lazy("All open ones"),
    "ended": gettext_lazy("Ended"),
    "all": gettext_lazy("All"),
}


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, attempt: UUID) -> HttpResponse:
    found = find_attempt(request, attempt, change=True)
    if request.method == "GET":
        return _form(request, found)
    given = request.POST
    try:
        made = services.ask(
            attempt=found, student=person(request), criterion=given.get("criterion", ""), text=given.get("text", "")
        )
    except AttemptRefused as error:
        fault = explain(error)
        return _form(request, found, problem=fault.text, status=fault.status)
    messages.success(request, _("Your request is with the graders. You are told when there is an answer."))
    return redirect("request", made.pk)


def _form(request: HttpRequest, attempt: Attempt, *, problem: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    context = {
        "attempt": attempt,
        "exercise": attempt.exercise,
        "course": attempt.exercise.module.course,
        "offer": selectors.offer(attempt, user),
        "requests": selectors.of_attempt(attempt),
        "problem": problem,
        "typed": request.POST or request.GET,
    }
    return render(request, "inquiries/ask.html", context, status=status)


@login_required
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """A student's own; for the staff those of their courses, by filter."""
    user, courses = person(request), list(courses_reviewed_by(person(request)))
    wanted = request.GET.get("filter", "for_me")
    wanted = wanted if courses and wanted in FILTERS else "for_me"
    course = next((each for each in courses if each.slug == request.GET.get("course")), None)
    rows = selectors.to_answer(user, course, wanted) if courses else selectors.asked_by(user)  # type: ignore[arg-type]
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page, "courses": courses, "course": course, "staff": bool(courses), "filters": FILTERS,
        "wanted": wanted,
        "counts": selectors.counts(user, course) if courses else {},
        "own": selectors.asked_by(user)[:ROWS] if courses else [],
        "nameless": names_hidden(user, [each.attempt for each in page]),
    }  # fmt: skip
    return render(request, "inquiries/list.html", context)


def _found(request: HttpRequest, pk: UUID) -> Inquiry:
    found = get_object_or_404(selectors.inquiries(), pk=pk)
    rules.check_can_see(request.user, found)
    return found


@login_required
@require_GET
def show(request: HttpRequest, inquiry: UUID) -> HttpResponse:
    found = _found(request, inquiry)
    try:
        check_need_not_read(request.user, found.attempt)
    except ReadFirst as error:
        return to_reading(request, error)
    mark_read(user=person(request), subject=found.subject)
    return _page(request, found)


def _page(request: HttpRequest, found: Inquiry, *, problem: str = "", status: int = 200) -> HttpResponse:
    user, attempt = person(request), found.attempt
    context = result_context(attempt, user)
    finding = selectors.finding_of(found, user)
    context |= {
        "inquiry": found,
        "finding": finding,
        "messages_of": selectors.thread(found, user),
        "steps": steps_of(finding["score"]) if finding else [],
        "quotes": quotes_of([finding] if finding else []),
        "moved": context["mark"] is not None and context["mark"].score_id != found.about_id and found.state == "open",
        "problem": problem,
        "typed": request.POST,
        **_abilities(user, found),
    }
    return render(request, "inquiries/inquiry.html", context, status=status)


def _abilities(user: User, found: Inquiry) -> dict[str, Any]:
    """What this reader may do here, asked of the rules."""
    is_open, mine = found.state == Inquiry.State.OPEN, found.attempt.student_id == user.pk
    course = found.attempt.exercise.module.course
    staff = not mine and can_review(user, course)
    manages = staff and can_manage(user, course)
    barred = rules.is_first(user, found) and found.allowed_by_id is None and bool(rules.others(found))
    return {
        "is_open": is_open,
        "staff": staff,
        "may_answer": is_open and staff and rules.can_handle(user, found),
        "may_withdraw": is_open and mine,
        "may_give_back": is_open and found.handler_id is not None and (found.handler_id == user.pk or manages),
        "may_allow": is_open and manages and found.first_grader_id is not None and found.allowed_by_id is None,
        "may_lower": manages,
        "barred": is_open and staff and barred,
        "name_shown": can_see_name(user, found.attempt),
    }


def _say(request: HttpRequest, found: Inquiry) -> None:
    services.say(inquiry=found, author=person(request), text=request.POST.get("text", ""))


def _take(request: HttpRequest, found: Inquiry) -> None:
    services.take(inquiry=found, grader=person(request))


def _give_back(request: HttpRequest, found: Inquiry) -> None:
    services.give_back(inquiry=found, grader=person(request))


def _withdraw(request: HttpRequest, found: Inquiry) -> None:
    services.withdraw(inquiry=found, student=person(request))


def _allow(request: HttpRequest, found: Inquiry) -> None:
    services.allow_first(inquiry=found, by=person(request), text=request.POST.get("text", ""))


def _answer(request: HttpRequest, found: Inquiry) -> None:
    given, most = request.POST, float(found.attempt.exercise.points)
    score, points = given.get("score", ""), given.get("points", "")
    services.answer(
        inquiry=found,
        grader=person(request),
        changes={found.criterion: number(score, 1.0)} if found.criterion and score else None,
        value=number(points, most) / most if points.strip() and most else None,
        text=given.get("text", ""),
        seen_score_id=int(given.get("seen") or 0) or None,
        may_lower=given.get("may_lower") == "yes",
    )
    messages.success(request, _("The request is answered; the student is told."))


ACTIONS: dict[str, Callable[[HttpRequest, Inquiry], None]] = {
    "say": _say,
    "take": _take,
    "give_back": _give_back,
    "withdraw": _withdraw,
    "allow": _allow,
    "answer": _answer,
}


@login_required
@require_POST
def act(request: HttpRequest, inquiry: UUID) -> HttpResponse:
    """What the form's `do` says."""
    found, action = _found(request, inquiry), ACTIONS.get(request.POST.get("do", ""))
    try:
        if action is not None:
            action(request, found)
    except AttemptRefused as error:
        fault = explain(error)
        return _page(request, _found(request, inquiry), problem=fault.text, status=fault.status)
    except ValueError:
        return _page(request, found, problem=_("A mark is a number within the range shown."), status=422)
    return redirect("request", found.pk)


urlpatterns = [
    path("attempts/<uuid:attempt>/ask/", ask, name="ask"),
    path("requests/", requests, name="requests"),
    path("requests/<uuid:inquiry>/", show, name="request"),
    path("requests/<uuid:inquiry>/act/", act, name="act_on_request"),
]
