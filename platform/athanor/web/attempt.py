"""One attempt: what the workspace asks for while it is open, and the result page after."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from athanor.web.exercise import Unsent, fields_of, report_of, show, start, url_of, view_of, workspace_context
from athanor.web.faults import REFUSALS, Fault, explain, respond
from athanor.web.people import is_fetch, person
from athanor.web.result import result_context
from athanor.web.workspace import checks_of, spec_of, turn_of
from courses.attempts import quota, rules, selectors, services
from courses.attempts.models import Attempt, Run
from courses.notices.services import mark_read
from courses.readings.rules import ReadFirst, check_need_not_read

RELATED = ("exercise__module__course", "exercise__rubric", "rubric", "student")
READING = ("reading__first",)  # what `check_need_not_read` looks at


def find_attempt(request: HttpRequest, attempt: UUID, *, change: bool = False, related: Sequence[str] = ()) -> Attempt:
    """The attempt, if this person may see it (or work on it). Others learn nothing: 404. `related`: read along."""
    found = get_object_or_404(Attempt.objects.select_related(*RELATED, *related), pk=attempt)
    check = rules.check_can_change_attempt if change else rules.check_can_see_attempt
    check(request.user, found)
    return found


@login_required
@require_POST
def runs(request: HttpRequest, attempt: UUID) -> HttpResponse:
    found = find_attempt(request, attempt, change=True)
    try:
        run = start(request, found)
    except REFUSALS as error:
        return _refused(request, found, explain(error))
    if is_fetch(request):
        return _thread(request, found, str(run.pk), status=201)
    return redirect(f"{url_of(found.exercise)}?leaf={run.pk}#latest")


def _refused(request: HttpRequest, attempt: Attempt, fault: Fault) -> HttpResponse:
    if is_fetch(request):
        return respond(request, "exercise/fault.html", {"fault": fault}, fault)
    return show(request, attempt.exercise, attempt, Unsent(fault, request.POST))


@login_required
@require_GET
def thread(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """The conversation on the branch `?leaf=`."""
    found = find_attempt(request, attempt)
    if selectors.kind_of(found.exercise).run is None:
        raise Http404("Nothing is run in this exercise.")
    return _thread(request, found, request.GET.get("leaf", ""))


def _thread(request: HttpRequest, attempt: Attempt, leaf: str, *, status: int = 200) -> HttpResponse:
    context = workspace_context(request, attempt.exercise, attempt, leaf=leaf, unsent=Unsent())
    return render(request, f"kinds/{attempt.exercise.kind}/thread.html", context, status=status)


def _find_run(attempt: Attempt, run: UUID) -> Run:
    return get_object_or_404(Run.objects.select_related("job__server"), attempt=attempt, pk=run)


@login_required
@require_GET
def run(request: HttpRequest, attempt: UUID, run: UUID) -> HttpResponse:
    found = find_attempt(request, attempt)
    turn = turn_of(found, _find_run(found, run))
    kind, spec = selectors.kind_of(found.exercise), spec_of(found.exercise, found)
    view = view_of(kind, spec, found.answer or found.draft.get("answer") or {}, found)
    context = {"attempt": found, "turn": turn, "spec": spec, "view": view, "report": report_of(kind, spec, found)}
    return render(request, f"kinds/{found.exercise.kind}/turn.html", context)


@login_required
@require_POST
def stop(request: HttpRequest, attempt: UUID, run: UUID) -> HttpResponse:
    found = find_attempt(request, attempt, change=True)
    stopped = services.stop_run(run=_find_run(found, run))
    if is_fetch(request):
        return HttpResponse(status=204)
    return redirect(f"{url_of(found.exercise)}?leaf={stopped.pk}#latest")


@login_required
@require_POST
def draft(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """JSON from the script; a form from the button that stands there without scripts."""
    found = find_attempt(request, attempt, change=True)
    is_json = request.content_type == "application/json"
    try:
        content = _json(request) if is_json else _from_form(found, request)
        services.save_draft(attempt=found, draft=content)
    except REFUSALS as error:
        return _refused(request, found, explain(error))
    except ValueError:
        return JsonResponse({"error": _("This is not valid JSON.")}, status=400)
    if is_json or is_fetch(request):
        return HttpResponse(status=204)
    asked = "?confirm=1#submit-dialog" if "confirm" in request.POST else ""
    return redirect(url_of(found.exercise) + asked)


def _json(request: HttpRequest) -> dict[str, Any]:
    content = json.loads(request.body)
    if not isinstance(content, dict):
        raise TypeError("a draft is an object")
    return content


def _from_form(attempt: Attempt, request: HttpRequest) -> dict[str, Any]:
    kind = selectors.kind_of(attempt.exercise)
    if kind.read_form:
        return {"answer": kind.read_form(spec_of(attempt.exercise), fields_of(request))}
    return {name: request.POST[name] for name in ("text", "system") if name in request.POST}


@login_required
@require_GET
def notes(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """What the kind says of the draft: mistakes with their lines, what is still missing."""
    found = find_attempt(request, attempt, change=True)
    kind, spec = selectors.kind_of(found.exercise), spec_of(found.exercise)
    context = {"attempt": found, "spec": spec, "view": view_of(kind, spec, found.draft.get("answer") or {}, found)}
    return render(request, [f"kinds/{found.exercise.kind}/notes.html", "exercise/notes.html"], context)


@login_required
@require_POST
def submit(request: HttpRequest, attempt: UUID) -> HttpResponse:
    found = find_attempt(request, attempt, change=True)
    try:
        services.submit(attempt=found, answer=_answer(found, request), idempotency_key=request.POST.get("key", "")[:80])
    except REFUSALS as error:
        return _refused(request, found, explain(error))
    return redirect("attempt", found.pk)


def _answer(attempt: Attempt, request: HttpRequest) -> dict[str, Any]:
    """The fields of the kind's answer that the form carries; an empty field is left to its default."""
    kind = selectors.kind_of(attempt.exercise)
    if kind.read_form:
        return kind.read_form(spec_of(attempt.exercise), fields_of(request))
    fields = kind.answer.model_fields
    given = {name: request.POST[name].replace("\r\n", "\n") for name in fields if name in request.POST}
    return {name: value for name, value in given.items() if value.strip()}


@login_required
@require_GET
def checks(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """The rubric with live marks for the branch that ends at `?leaf=`."""
    found = find_attempt(request, attempt)
    leaf = request.GET.get("leaf", "")
    run = next((run for run in selectors.runs_of(found) if str(run.pk) == leaf), None)
    left = quota.meters(person(request), found.exercise.module.course)
    context = {"checks": checks_of(found.exercise, found, run), "quota": left}
    return render(request, "exercise/checks.html", context)


@login_required
@require_GET
def attempt(request: HttpRequest, attempt: UUID) -> HttpResponse:
    found = find_attempt(request, attempt, related=READING)
    if found.state == Attempt.State.OPEN and found.student_id == person(request).pk:
        return redirect(url_of(found.exercise))
    try:
        check_need_not_read(request.user, found)
    except ReadFirst as error:
        return to_reading(request, error)
    context = result_context(found, person(request))
    if context["mark"]:
        mark_read(user=person(request), subject=found.subject)  # the mark is on the screen now
    return render(request, "attempt/attempt.html", context)


def to_reading(request: HttpRequest, error: ReadFirst) -> HttpResponse:
    """Where the mark is not shown yet."""
    messages.info(request, _("This work waits for a second reading. Mark it here first; then you see the first one."))
    return redirect("reading", error.reading.pk)


@login_required
@require_GET
def status(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Where the grading stands, or the mark: the part of the result page that changes."""
    found = find_attempt(request, attempt, related=READING)
    check_need_not_read(request.user, found)
    return render(request, "attempt/mark.html", result_context(found, person(request)))


urlpatterns = [
    path("attempts/<uuid:attempt>/", attempt, name="attempt"),
    path("attempts/<uuid:attempt>/runs/", runs, name="runs"),
    path("attempts/<uuid:attempt>/runs/<uuid:run>/", run, name="run"),
    path("attempts/<uuid:attempt>/runs/<uuid:run>/stop/", stop, name="stop_run"),
    path("attempts/<uuid:attempt>/thread/", thread, name="thread"),
    path("attempts/<uuid:attempt>/draft/", draft, name="draft"),
    path("attempts/<uuid:attempt>/notes/", notes, name="notes"),
    path("attempts/<uuid:attempt>/submit/", submit, name="submit"),
    path("attempts/<uuid:attempt>/checks/", checks, name="checks"),
    path("attempts/<uuid:attempt>/status/", status, name="status"),
]
