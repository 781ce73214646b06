"""The exercise page: statement and rubric on one side, the kind's workspace on the other."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from csp.constants import SELF
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods
from pydantic import BaseModel

from athanor.accounts.models import User
from athanor.web.course import find_course, is_untranslated, with_images_of
from athanor.web.deadlines import credit_line
from athanor.web.faults import REFUSALS, Fault, explain, respond
from athanor.web.people import person
from athanor.web.workspace import Thread, checks_of, spec_of, thread_of
from courses.attempts import quota, selectors, services
from courses.attempts.models import Attempt, Run
from courses.attempts.rules import is_open
from courses.catalog.models import Exercise
from courses.kinds.registry import AnyKind
from courses.people import rules
from courses.people.selectors import deadline_of
from courses.progress.standings import shown_score
from workers.backends.selectors import demonstration_pool

UPLOAD_LIMIT = 8_000_000  # bytes of a file that are read; kinds say how much they take


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was typed but not accepted, and why. Shown again, so that nothing is lost."""

    fault: Fault | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)


def find_exercise(user: User, course: str, module: str, exercise: str) -> Exercise:
    found = get_object_or_404(
        Exercise.objects.select_related("module__course", "rubric"),
        module__course=find_course(user, course),
        module__slug=module,
        slug=exercise,
    )
    rules.check_can_work(user, found)
    return found


def url_of(exercise: Exercise) -> str:
    module = exercise.module
    return reverse("exercise", args=[module.course.slug, module.slug, exercise.slug])


@login_required
@require_http_methods(["GET", "POST"])
def exercise(request: HttpRequest, course: str, module: str, exercise: str) -> HttpResponse:
    """GET shows; POST begins an attempt, with its first run where the kind has runs."""
    user = person(request)
    found = find_exercise(user, course, module, exercise)
    if request.method == "POST":
        return _begin(request, found)
    return show(request, found, selectors.open_attempt(user, found))


def _begin(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    attempt = None
    try:
        attempt = services.begin(student=person(request), exercise=exercise)
        if selectors.kind_of(exercise).run is None or "begin" in request.POST:
            return redirect(url_of(exercise))
        run = start(request, attempt)
    except REFUSALS as error:
        return show(request, exercise, attempt, Unsent(explain(error), request.POST))
    return redirect(f"{url_of(exercise)}?leaf={run.pk}#latest")


def start(request: HttpRequest, attempt: Attempt) -> Run:
    """Queue the run that the form describes. Raises one of REFUSALS."""
    kind = selectors.kind_of(attempt.exercise)
    if kind.read_form:  # what is tried is what the fields hold afterwards
        written = kind.read_form(spec_of(attempt.exercise), fields_of(request))
        services.save_draft(attempt=attempt, draft={**attempt.draft, "answer": written})
    return services.start_run(
        attempt=attempt, payload=payload_of(kind, request), idempotency_key=request.POST.get("key", "")[:80]
    )


def fields_of(request: HttpRequest) -> dict[str, list[str]]:
    """What the form carries by name; uploaded files as their text, whatever bytes they hold."""
    files = {
        name: [file.read(UPLOAD_LIMIT).decode("utf-8-sig", "replace") for file in request.FILES.getlist(name)]
        for name in request.FILES
    }
    return {**dict(request.POST.lists()), **files}


def payload_of(kind: AnyKind, request: HttpRequest) -> dict[str, Any]:
    if kind.form is None or kind.run is None:
        return {}  # refused by the service, in its own words
    form = kind.form(request.POST)
    if form.is_valid():
        return form.cleaned_data
    return {name: request.POST.get(name) for name in kind.run.model_fields if name in request.POST} | {
        "options": {name: request.POST.get(name) for name in form.errors}
    }


def show(
    request: HttpRequest, exercise: Exercise, attempt: Attempt | None, unsent: Unsent | None = None
) -> HttpResponse:
    unsent = unsent or Unsent()
    context = workspace_context(request, exercise, attempt, leaf=request.GET.get("leaf", ""), unsent=unsent)
    context |= _page_context(person(request), exercise)
    if exercise.practice:
        return _framed(respond(request, "exercise/practice.html", context, unsent.fault))
    return with_images_of(exercise.module.course, respond(request, "exercise/exercise.html", context, unsent.fault))


def _framed(response: HttpResponse) -> HttpResponse:
    """A page that a lesson of this site shows within itself; other sites cannot."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]  # noqa: SLF001  # csp's own way
    return response


def workspace_context(
    request: HttpRequest, exercise: Exercise, attempt: Attempt | None, *, leaf: str, unsent: Unsent
) -> dict[str, Any]:
    """What a kind's `workspace.html` and its fragments are given."""
    kind, spec = selectors.kind_of(exercise), spec_of(exercise)
    if attempt is not None:
        attempt.exercise = exercise  # with its module, course and rubric already read
    thread = thread_of(attempt, leaf)
    return {
        "exercise": exercise,
        "course": exercise.module.course,
        "attempt": attempt,
        "spec": spec,
        "kind": kind,
        "form": kind.form() if kind.form else None,
        "report": report_of(kind, spec, attempt),
        "view": view_of(kind, spec, _answer_so_far(kind, spec, attempt, unsent), attempt),
        "thread": thread,
        "checks": checks_of(exercise, attempt, _judged(thread)),
        "draft": _draft(attempt, thread, unsent, exercise.prefill),
        "fault": unsent.fault,
        "key": uuid.uuid4(),
        "submission_key": uuid.uuid4(),
        "confirm": "confirm" in request.GET,
        "action": reverse("runs", args=[attempt.pk]) if attempt else url_of(exercise),
        "workspace_template": f"kinds/{exercise.kind}/workspace.html",
    }


def view_of(kind: AnyKind, spec: BaseModel, answer: Mapping[str, Any], attempt: Attempt | None) -> Any:
    """What the kind prepares for its templates; None where it prepares nothing."""
    return kind.view(spec, answer, str(attempt.pk) if attempt else "") if kind.view else None


def report_of(
    kind: AnyKind, spec: BaseModel, attempt: Attempt | None, answer: BaseModel | None = None, *, reveal: bool = False
) -> Any:
    """What was recorded, as the kind judges it for its pages; None where it prepares nothing."""
    if kind.report is None or attempt is None:
        return None
    return kind.report(spec, answer, selectors.work(attempt), reveal=reveal)


def _answer_so_far(kind: AnyKind, spec: BaseModel, attempt: Attempt | None, unsent: Unsent) -> Mapping[str, Any]:
    """What was just typed, else what the draft keeps."""
    if kind.read_form and isinstance(unsent.typed, QueryDict):
        return kind.read_form(spec, dict(unsent.typed.lists()))
    kept = (attempt.draft if attempt else {}).get("answer")
    return kept if isinstance(kept, dict) else {}


def _judged(thread: Thread) -> Run | None:
    return next((turn.run for turn in reversed(thread.turns) if turn.answered), None)


def _draft(attempt: Attempt | None, thread: Thread, unsent: Unsent, prefill: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields hold: what was just typed, else the saved draft, else what the last run was sent with, or
    before the first one what the author put there."""
    if unsent.typed:
        typed = unsent.typed.dict() if hasattr(unsent.typed, "dict") else dict(unsent.typed)
        return {**typed, "options": typed}
    if thread.leaf is None:
        return {**prefill, **(attempt.draft if attempt else {})}
    last = thread.leaf.payload
    kept = {"system": last.get("system"), "options": last.get("options") or {}}
    return {**kept, **(attempt.draft if attempt else {})}


def _page_context(user: User, exercise: Exercise) -> dict[str, Any]:
    attempts = selectors.attempts_of(user, exercise).defer("answer", "spec", "draft").prefetch_related("scores")
    alias = getattr(spec_of(exercise), "alias", "")
    deadline = deadline_of(user, exercise)
    return {
        "attempts": [(attempt, shown_score(attempt)) for attempt in attempts],
        "attempts_left": selectors.attempts_left(user, exercise, deadline),
        "is_open": is_open(exercise, user),
        "deadline": deadline,
        "credit_line": credit_line(deadline),
        "demonstration": demonstration_pool(alias) if alias else "",
        "can_manage": rules.can_manage(user, exercise.module.course),
        "untranslated": is_untranslated(exercise.statement) and rules.can_review(user, exercise.module.course),
        "quota": quota.meters(user, exercise.module.course),
    }


urlpatterns = [
    path("courses/<slug:course>/<slug:module>/exercises/<slug:exercise>/", exercise, name="exercise"),
]
