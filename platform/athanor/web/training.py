"""Training of graders: the pieces, marking them, what was right and why; and choosing them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.web import blank
from athanor.web.attempt import find_attempt
from athanor.web.faults import explain
from athanor.web.people import person
from courses.attempts.errors import NotReviewable
from courses.attempts.selectors import current_score
from courses.catalog.models import Course
from courses.grading.findings import leaves
from courses.people import rules
from courses.training import selectors, services
from courses.training.models import Piece


def _course(request: HttpRequest, slug: str) -> Course:
    found = get_object_or_404(Course, slug=slug)
    rules.check_can_review(request.user, found)
    return found


@login_required
@require_GET
def training(request: HttpRequest, course: str) -> HttpResponse:
    found, user = _course(request, course), person(request)
    manages = rules.can_manage(user, found)
    trials = selectors.trials_of(user, found)
    context = {
        "course": found,
        "pieces": [(piece, trials.get(piece.pk)) for piece in selectors.pieces(found)],
        "progress": selectors.progress(user, found),
        "rules": found.review_rules,
        "manages": manages,
        "trained": rules.is_trained(user, found),
        "graders": selectors.graders(found) if manages else [],
    }
    return render(request, "training/training.html", context)


def _piece(request: HttpRequest, pk: int) -> Piece:
    related = ("attempt__exercise__module__course", "attempt__exercise__rubric", "attempt__rubric", "attempt__student")
    found = get_object_or_404(Piece.objects.select_related("course", *related), pk=pk)
    rules.check_can_review(request.user, found.course)
    return found


@login_required
@require_http_methods(["GET", "POST"])
def piece(request: HttpRequest, piece: int) -> HttpResponse:
    found = _piece(request, piece)
    if request.method == "GET":
        return _page(request, found)
    try:
        scores = blank.scores_of(found.findings, request.POST)
        services.try_piece(piece=found, grader=person(request), scores=scores)
    except NotReviewable as error:
        return _page(request, found, problem=explain(error).text, status=422)
    return redirect("training_piece", found.pk)


def _page(request: HttpRequest, found: Piece, *, problem: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    trial = selectors.trials_of(user, found.course).get(found.pk)
    context: dict[str, Any] = {
        **blank.blank_context(found.attempt, user),
        "piece": found,
        "trial": trial,
        "rows": blank.beside(found.findings, trial.scores) if trial else [],
        "criteria": blank.criteria(found.findings, request.POST),
        "problem": problem,
        "manages": rules.can_manage(user, found.course),
        "own": found.attempt.student_id == user.pk,
        "tolerance": found.course.review_rules.training_tolerance,
    }
    return render(request, "training/piece.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Make an attempt a training piece, or correct one: instructors only."""
    found = find_attempt(request, attempt)
    course, score = found.exercise.module.course, current_score(found)
    rules.check_can_manage(request.user, course)
    findings, problem = score.findings if score else [], ""
    if request.method == "POST":
        try:
            services.add_piece(
                attempt=found, by=person(request), scores=blank.scores_of(findings, request.POST),
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except NotReviewable as error:
            problem = explain(error).text
        else:
            messages.success(request, _("Graders can train on it now."))
            return redirect("training", course.slug)
    present = Piece.objects.filter(attempt=found).first()
    now = {f"score-{each['id']}": each["score"] for each in leaves(present.findings if present else findings)}
    context = {
        **blank.blank_context(found, person(request)),
        "criteria": blank.criteria(findings, request.POST or now),
        "problem": problem,
        "reason": request.POST.get("reason", present.reason if present else ""),
    }
    return render(request, "training/choose.html", context, status=422 if problem else 200)


@login_required
@require_POST
def retire(request: HttpRequest, piece: int) -> HttpResponse:
    found = _piece(request, piece)
    services.retire(piece=found, by=person(request))
    return redirect("training", found.course.slug)


@login_required
@require_POST
def begin_again(request: HttpRequest, course: str) -> HttpResponse:
    found = _course(request, course)
    given = request.POST.get("grader", "")
    grader = get_object_or_404(User, pk=int(given) if given.isdecimal() else 0, enrolments__course=found)
    services.begin_again(course=found, grader=grader, by=person(request))
    return redirect("training", found.slug)


urlpatterns = [
    path("courses/<slug:course>/training/", training, name="training"),
    path("training/again/<slug:course>/", begin_again, name="train_again"),
    path("training/<int:piece>/", piece, name="training_piece"),
    path("training/<int:piece>/retire/", retire, name="retire_piece"),
    path("review/<uuid:attempt>/training/", choose, name="choose_piece"),
]
