"""The review queue and the page on which a grader decides."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.web.attempt import READING, find_attempt, to_reading
from athanor.web.evidence import quotes_of
from athanor.web.faults import explain
from athanor.web.people import is_fetch, person
from athanor.web.result import work_context
from athanor.web.review_choice import FILTERS, ORDERS, WHOSE
from courses.attempts import selectors as attempt_selectors
from courses.attempts.errors import NotReviewable
from courses.attempts.models import Attempt
from courses.attempts.reasons import INQUIRY
from courses.catalog.models import Exercise
from courses.grading.findings import Stored, everything
from courses.inquiries import selectors as inquiries
from courses.people import rules
from courses.people.errors import Denied
from courses.readings.rules import ReadFirst, check_need_not_read
from courses.review import selectors, services
from courses.review.choice import Choice, choice_of
from courses.review.errors import Claimed

ROWS = 50
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


@login_required
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    user = person(request)
    courses = list(rules.courses_reviewed_by(user))
    if not courses:
        raise Denied
    choice = choice_of(request.GET, user)
    page = Paginator(selectors.queue(user, choice.course, **choice.narrowed), ROWS).get_page(request.GET.get("page"))
    course = choice.course
    context = {
        "page": page, "courses": courses, "course": course, "choice": choice,
        "filters": FILTERS, "whose": WHOSE, "orders": ORDERS,
        "counts": selectors.counts(user, course),
        "hidden": selectors.names_hidden(user, list(page)),
        "exercises": Exercise.objects.filter(module__course=course, archived=False) if course else (),
        "groups": course.groups.all() if course else (),
        "may_distribute": course is not None and rules.can_manage(user, course),
        "names_shown": course is not None and rules.can_see_names(user, course),
        "last": selectors.last_decision(user),
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "review/queue.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def review_attempt(request: HttpRequest, attempt: UUID) -> HttpResponse:
    try:
        found = find_work(request, attempt)
    except ReadFirst as error:
        return to_reading(request, error)
    if request.method == "POST":
        return _decide(request, found)
    return show_work(request, found)


def find_work(request: HttpRequest, attempt: UUID) -> Attempt:
    """The attempt, if this person may mark it. Raises ReadFirst, Denied, Hidden."""
    with rules.asked_once():
        found = find_attempt(request, attempt, related=("assignment__grader", *READING))
        rules.check_can_review(request.user, found.exercise.module.course)
        check_need_not_read(request.user, found)
    return found


def show_work(
    request: HttpRequest,
    attempt: Attempt,
    *,
    problem: str = "",
    status: int = 200,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page; `typed` is what the grader wrote and has not saved."""
    holder = _hold(request, attempt)
    with rules.asked_once():
        context = _work_shown(request, attempt, request.POST if typed is None else typed)
        return render(request, "review/attempt.html", context | {"holder": holder, "problem": problem}, status=status)


def _work_shown(request: HttpRequest, attempt: Attempt, typed: Mapping[str, Any]) -> dict[str, Any]:
    user, course = person(request), attempt.exercise.module.course
    mark, history = attempt_selectors.visible_history(attempt, user)
    findings = mark.findings if mark else []
    choice, own, manages = choice_of(request.GET, user), attempt.student_id == user.pk, rules.can_manage(user, course)
    following = selectors.next_in_queue(user, attempt, **choice.narrowed)
    context = work_context(attempt, user, judged=mark is not None)
    talk = context["talk"]
    talk.may_comment, talk.on = _is_decidable(attempt, own=own), request.GET.get("on", "")
    return context | {
        "mark": mark,
        "history": history,
        # Many joins, for what is rare: a request that is open is a reason to look.
        "requests": inquiries.of_attempt(attempt) if INQUIRY in attempt.review_reasons else [],
        "criteria": [_criterion(found, typed) for found in everything(findings)],
        "quotes": quotes_of(findings),
        "filters": FILTERS,
        "typed": typed,
        "choice": choice,
        "own": own,
        "may_unveil": manages,
        "may_list": manages or not course.review_rules.blind,
        "unveilings": attempt.unveilings.select_related("by") if course.review_rules.blind else (),
        "flags": attempt.flags.select_related("by"),
        "assignment": getattr(attempt, "assignment", None),
        "following": address_of(choice, following) if following else "",
        "last": selectors.last_decision(user),
        "remarks": selectors.remarks_for(user, course),
    }


def _is_decidable(attempt: Attempt, *, own: bool) -> bool:
    return not own and attempt.state == Attempt.State.GRADED


def _hold(request: HttpRequest, attempt: Attempt) -> User | None:
    """Take it on the screen; tell who else has it there. A page that is only fetched ahead takes nothing yet."""
    if request.headers.get("X-Requested-With") == "prefetch":
        present = selectors.active_claim(attempt)
        return present.grader if present and present.grader_id != person(request).pk else None
    try:
        services.claim(attempt=attempt, grader=person(request))
    except Claimed as error:
        return error.grader  # type: ignore[return-value]  # our user model
    except (NotReviewable, Denied):
        return None
    return None


def _criterion(found: Stored, typed: Mapping[str, Any]) -> dict[str, Any]:
    current = found["score"]
    chosen = typed.get(f"score-{found['id']}")
    steps = sorted({*STEPS, *([current] if current is not None else [])})
    return {"finding": found, "steps": steps, "chosen": _chosen(chosen, current)}


def _chosen(given: str | None, current: float | None) -> float | None:
    try:
        return float(given) if given else current
    except ValueError:
        return current


def _decide(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    user = person(request)
    try:
        changes, value = _changes(request, attempt), _whole_mark(request, attempt)
        services.decide(
            attempt=attempt, grader=user, changes=changes, value=value, reason=request.POST.get("reason", ""),
            seen_score_id=_seen(request),
        )  # fmt: skip
    except NotReviewable as error:
        return refused(request, attempt, error)
    except ValueError:
        return show_work(request, attempt, problem=_("A mark is a number within the range shown."), status=422)
    return go_on(request, attempt, _("Your decision is saved; the student sees it with your reason."))


def refused(request: HttpRequest, attempt: Attempt, error: NotReviewable) -> HttpResponse:
    """The same page with the reason, and everything that was typed."""
    fault = explain(error)
    return show_work(request, attempt, problem=fault.text, status=409 if error.code == "changed" else fault.status)


def _seen(request: HttpRequest) -> int | None:
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None


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


def go_on(request: HttpRequest, attempt: Attempt, said: str) -> HttpResponse:
    """To the next piece of what the grader chose; a script is told where that is."""
    user = person(request)
    choice = choice_of(request.GET, user)
    following = selectors.next_in_queue(user, attempt, **choice.narrowed)
    return lead_to(request, address_of(choice, following), said)


def address_of(choice: Choice, attempt: Attempt | None) -> str:
    """Of a piece, else of the queue."""
    place = reverse("review_attempt", args=[attempt.pk]) if attempt else reverse("review")
    return f"{place}?{choice.query}" if choice.query else place


def lead_to(request: HttpRequest, address: str, said: str) -> HttpResponse:
    if is_fetch(request):
        return JsonResponse({"next": address, "said": said})
    if said:
        messages.success(request, said)
    return redirect(address)


@login_required
@require_POST
def release(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """The mark is right as the machine made it: show it to the student."""
    found = find_work(request, attempt)
    try:
        services.approve(attempt=found, grader=person(request), seen_score_id=_seen(request))
    except NotReviewable as error:
        return refused(request, found, error)
    return go_on(request, found, _("The mark stands as it is, and the student sees it."))


@login_required
@require_POST
def claim(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Keep the attempt on the screen (from the script), or take it over from another grader (a button)."""
    found = find_work(request, attempt)
    take_over = request.POST.get("take_over") == "yes"
    try:
        services.claim(attempt=found, grader=person(request), take_over=take_over)
    except NotReviewable as error:
        return show_work(request, found, problem=explain(error).text, status=409)
    if take_over:
        return redirect(address_of(choice_of(request.GET, person(request)), found))
    return HttpResponse(status=204)


urlpatterns = [
    path("review/", review, name="review"),
    path("review/<uuid:attempt>/", review_attempt, name="review_attempt"),
    path("review/<uuid:attempt>/release/", release, name="release_mark"),
    path("review/<uuid:attempt>/claim/", claim, name="claim"),
]
