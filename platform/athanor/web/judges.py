"""Judging models: how well each agrees with people, and whether it may count."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, FloatField, Func
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.web.people import is_fetch, person
from courses.catalog.models import Exercise
from courses.grading.judging import agreement
from courses.people import rules
from courses.people.errors import Denied, Hidden
from courses.regrade import calibrating
from courses.regrade.errors import RegradeRefused
from courses.regrade.judges import agreement_of, judges_of, title_of
from courses.regrade.models import Calibration
from courses.texts import localise

ROWS = 50
REASONS = {
    "too_few": gettext_lazy("too few pieces of work that a person decided"),
    "one_sided": gettext_lazy("too few of them in the lower or the upper half: nothing to tell apart"),
    "kappa": gettext_lazy("κ is too low"),
}
THRESHOLDS = {"least": agreement.LEAST, "each": agreement.LEAST_EACH, "kappa": agreement.KAPPA}


@login_required
@require_http_methods(["GET", "POST"])
def judges(request: HttpRequest) -> HttpResponse:
    """All judges of one's courses; posting compares one of them with people."""
    user, problem = person(request), ""
    if not rules.courses_managed_by(user).exists():
        raise Denied
    if request.method == "POST":
        try:
            made = calibrating.calibrate(
                exercise=_exercise(request), criterion=request.POST.get("criterion", ""), by=user
            )
            return redirect("calibration", made.pk)
        except RegradeRefused as error:
            problem = _said(error)
    page = Paginator(judges_of(user), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "problem": problem, "thresholds": THRESHOLDS}
    return render(request, "judges/list.html", context, status=422 if problem else 200)


def _exercise(request: HttpRequest) -> Exercise:
    given = request.POST.get("exercise", "")
    found = Exercise.objects.select_related("module__course", "rubric").filter(pk=given if given.isdigit() else 0)
    exercise = found.first()
    if exercise is None:
        raise Hidden("No such exercise.")
    return exercise


def _said(error: RegradeRefused) -> str:
    return localise(error.text, get_language() or "en")


@login_required
@require_GET
def calibration(request: HttpRequest, calibration: UUID) -> HttpResponse:
    return _page(request, _found(request, calibration))


def _found(request: HttpRequest, pk: UUID) -> Calibration:
    related = ("exercise__module__course", "exercise__rubric", "rubric", "created_by", "counted_by")
    found = Calibration.objects.select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Hidden("No such calibration.")
    rules.check_can_manage(request.user, found.exercise.module.course)
    return found


def _page(request: HttpRequest, found: Calibration, *, problem: str = "", status: int = 200) -> HttpResponse:
    working = found.state == Calibration.State.ASKING
    measured = agreement_of(found)
    passed = found.state == Calibration.State.DONE and bool(found.judge) and not measured.reasons
    by = Func(F("judge") - F("person"), function="ABS", output_field=FloatField())
    apart = found.compared.annotate(by=by).order_by(F("by").desc(nulls_first=True), "pk").select_related("attempt")
    context = {
        "calibration": found,
        "exercise": found.exercise,
        "title": title_of(found),
        "working": working,
        "waiting": calibrating.waiting(found) if working else 0,
        "measured": measured,
        "table": [[measured.table.get((judge, person_), 0) for person_ in range(measured.levels + 1)]
                  for judge in range(measured.levels + 1)],
        "levels": range(measured.levels + 1),
        "reasons": [REASONS[reason] for reason in measured.reasons],
        "thresholds": THRESHOLDS,
        "passed": passed,
        "may_count": passed and not found.counted_at and found.exercise.rubric_id == found.rubric_id,
        "outdated": not found.counted_at and found.exercise.rubric_id != found.rubric_id,
        "page": Paginator(apart, ROWS).get_page(request.GET.get("page")),
        "problem": problem,
    }  # fmt: skip
    name = "judges/calibration.html#live" if is_fetch(request) else "judges/calibration.html"
    return render(request, name, context, status=status)


ACTIONS: dict[str, Callable[..., Calibration]] = {"count": calibrating.let_count, "cancel": calibrating.cancel}


@login_required
@require_POST
def act(request: HttpRequest, calibration: UUID) -> HttpResponse:
    """Let the judge count, or stop asking it: the form's `do`."""
    found, action = _found(request, calibration), ACTIONS.get(request.POST.get("do", ""))
    try:
        if action is not None:
            action(calibration=found, by=person(request))
    except RegradeRefused as error:
        return _page(request, _found(request, calibration), problem=_said(error), status=409)
    return redirect("calibration", found.pk)


urlpatterns = [
    path("judges/", judges, name="judges"),
    path("judges/<uuid:calibration>/", calibration, name="calibration"),
    path("judges/<uuid:calibration>/act/", act, name="act_on_calibration"),
]
