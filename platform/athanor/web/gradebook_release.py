"""Showing and hiding marks of many students."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from athanor.web.gradebook import reviewed_course
from athanor.web.people import person
from courses.catalog.models import Course
from courses.gradebook import errors, releasing, selectors
from courses.gradebook.errors import GradebookRefused
from courses.gradebook.models import Release
from courses.people import rules
from courses.texts import localise


@login_required
@require_http_methods(["GET", "POST"])
def release_marks(request: HttpRequest, course: str) -> HttpResponse:
    found = reviewed_course(request, course)
    rules.check_can_manage(request.user, found)
    problem = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, found))
        except GradebookRefused as refused:
            problem = localise(refused.text, get_language() or "en")
        else:
            return redirect("release_marks", found.slug)
    context = {
        "course": found, "exercises": selectors.exercises_of(found), "groups": selectors.groups_of(found),
        "problem": problem, "typed": request.POST, "releases": selectors.releases_of(found)[:30],
    }  # fmt: skip
    return render(request, "gradebook/release.html", context, status=400 if problem else 200)


def _act(request: HttpRequest, course: Course) -> str:
    """What to tell whoever asked."""
    if number := _number(request, "withdraw"):
        wanted = get_object_or_404(Release.objects.select_related("exercise__module__course"), pk=number,
                                   exercise__module__course=course)  # fmt: skip
        releasing.withdraw(wanted=wanted, by=person(request))
        return _("Withdrawn.")
    exercise = get_object_or_404(selectors.exercises_in(course), pk=_number(request, "exercise"))
    group = get_object_or_404(course.groups, pk=_number(request, "group")) if request.POST.get("group") else None
    action = Release.Action.HIDE if request.POST.get("do") == "hide" else Release.Action.SHOW
    made = releasing.ask(exercise=exercise, by=person(request), action=action, group=group, at=_moment(request, course))
    if made.done_at is None:
        return _("It is noted, and will be done at its time.")
    said = _("Shown: %(number)d marks.") if action == Release.Action.SHOW else _("Hidden: %(number)d marks.")
    return said % {"number": len(made.attempts)}


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _moment(request: HttpRequest, course: Course) -> datetime | None:
    """On the clock of the course; None: now. Raises GradebookRefused: what nobody can read never means now."""
    text = request.POST.get("at", "").strip()
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise errors.no_moment()
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(course.time_zone))


urlpatterns = [path("gradebook/<slug:course>/release/", release_marks, name="release_marks")]
