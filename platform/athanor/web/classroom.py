"""A class in session: the staff's view, the projector, and what students do and let be seen."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.streaming.attempt import respond
from athanor.streaming.classroom import changes_of
from athanor.streaming.readers import person_of_session
from athanor.web.course import find_course
from athanor.web.people import is_fetch, person
from courses.catalog.models import Course, Exercise
from courses.classroom import selectors, services
from courses.classroom.board import board_of
from courses.classroom.errors import ClassRefused
from courses.people import rules
from courses.texts import localise


def _reviewed_course(request: HttpRequest, slug: str) -> Course:
    found = find_course(person(request), slug)
    rules.check_can_review(request.user, found)
    return found


@login_required
@require_http_methods(["GET", "POST"])
def classroom(request: HttpRequest, course: str) -> HttpResponse:
    """POST: begin or end the session."""
    found = _reviewed_course(request, course)
    if request.method == "POST":
        if request.POST.get("do") == "end":
            services.end(course=found, by=person(request))
        else:
            services.start(course=found, by=person(request), quiet_minutes=_minutes(request))
        return redirect("classroom", found.slug)
    context = {"course": found, **_live(found)}
    return _page(request, "classroom/classroom.html", context)


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    """The whole page, or its live part for the script."""
    return render(request, f"{name}#live" if is_fetch(request) else name, context)


def _minutes(request: HttpRequest) -> int:
    given = request.POST.get("quiet_minutes", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 5


def _live(course: Course) -> dict[str, object]:
    session = selectors.session_of(course)
    if session is None:
        return {"session": None}
    return {"session": session, "board": board_of(session), "offered": list(selectors.offered(course))}


@login_required
@require_GET
def projector(request: HttpRequest, course: str) -> HttpResponse:
    """For the wall of the room: large, and no name but of who wants it below an output."""
    found = _reviewed_course(request, course)
    context = {"course": found, **_live(found), "wall": list(selectors.wall(found))}
    return _page(request, "classroom/projector.html", context)


@login_required
@require_POST
def answer_hand(request: HttpRequest, course: str, student: int) -> HttpResponse:
    services.lower_hand(course=_reviewed_course(request, course), student_id=student, by=person(request))
    return redirect("classroom", course)


@login_required
@require_POST
def choose_output(request: HttpRequest, course: str, showing: int) -> HttpResponse:
    found, shown = _reviewed_course(request, course), request.POST.get("shown") == "yes"
    services.choose(course=found, showing_id=showing, shown=shown, by=person(request))
    return redirect("classroom", course)


@login_required
@require_http_methods(["GET", "POST"])
def in_class(request: HttpRequest, course: str) -> HttpResponse:
    """What the class sees of me: my hand, and the outputs that I offer."""
    user, found = person(request), find_course(person(request), course)
    if request.method == "POST":
        try:
            _act(request, user, found)
        except ClassRefused as refused:
            messages.error(request, localise(refused.text, get_language() or "en"))
        return redirect(_back(request, found))
    session = selectors.session_of(found)
    context = {
        "course": found, "session": session, "hand": selectors.hand_of(found, user),
        "outputs": selectors.outputs_of(session, user) if session else [],
    }  # fmt: skip
    return render(request, "classroom/in_class.html", context)


def _act(request: HttpRequest, user: User, course: Course) -> None:
    wanted, run = request.POST.get("do"), _uuid(request.POST.get("run", ""))
    if wanted == "raise":
        services.raise_hand(course=course, student=user, exercise=_exercise(request, course))
    elif wanted == "lower":
        services.lower_hand(course=course, student_id=user.pk, by=user)
    elif wanted == "offer" and run:
        services.offer(course=course, student=user, run_id=run, named=bool(request.POST.get("named")))
    elif wanted == "withdraw" and run:
        services.withdraw(course=course, student=user, run_id=run)


def _exercise(request: HttpRequest, course: Course) -> Exercise | None:
    given = request.POST.get("exercise", "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        return None
    return Exercise.objects.select_related("module").filter(pk=int(given), module__course=course).first()


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _back(request: HttpRequest, course: Course) -> str:
    """To the exercise that the button stands on, or to the page of the class."""
    exercise = _exercise(request, course)
    if exercise is None:
        return reverse("in_class", args=[course.slug])
    return reverse("exercise", args=[course.slug, exercise.module.slug, exercise.slug])


@require_GET
def class_events(request: HttpRequest, course: str) -> HttpResponseBase:
    """An EventSource cannot follow a redirect to the sign-in page: without a session the answer is a plain 401."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    found = _find(person(request), course)
    session = request.session.session_key or ""
    may_go_on = sync_to_async(lambda: _may_still_watch(session, found), thread_sensitive=False)
    return respond(changes_of(services.channel_of(found), may_go_on))


def _find(user: User, slug: str) -> Course:
    found = get_object_or_404(Course, slug=slug)
    rules.check_can_review(user, found)
    return found


def _may_still_watch(session: str, course: Course) -> bool:
    try:
        user = person_of_session(session)
        return user is not None and rules.can_review(user, course)
    finally:
        connections.close_all()  # a stream keeps no connection between two looks


urlpatterns = [
    path("courses/<slug:course>/classroom/", classroom, name="classroom"),
    path("courses/<slug:course>/projector/", projector, name="projector"),
    path("courses/<slug:course>/in-class/", in_class, name="in_class"),
    path("classroom/<slug:course>/hands/<int:student>/", answer_hand, name="answer_hand"),
    path("classroom/<slug:course>/wall/<int:showing>/", choose_output, name="choose_output"),
    path("classroom/<slug:course>/events/", class_events, name="class_events"),
]
