"""The first page: my courses, what runs, what I was doing; and joining a course."""

from collections import Counter
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from athanor.accounts import joining
from athanor.accounts.limits import TooManyTries
from athanor.accounts.models import User
from athanor.web.faults import Fault, respond
from athanor.web.people import address_of, person
from athanor.web.tour import FIRST_COURSE, tour_of
from courses.attempts.models import Attempt
from courses.attempts.selectors import tries_of_staff
from courses.catalog.models import Course, Exercise
from courses.people import rules
from courses.people.errors import JoinRefused
from courses.people.selectors import students_by_course
from courses.progress.standings import Next, Standing, progress_of, recommended, shown_score, upcoming
from courses.review.selectors import queue as review_queue
from courses.texts import localise
from workers.scheduling.states import TERMINAL, State

MOST_DEADLINES = 5
BUSY = [state for state in State if state not in TERMINAL]


class JoinForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Join code"),
        max_length=64,
        help_text=gettext_lazy("Eight letters and digits, from your instructor. Spaces and dashes do not matter."),
        widget=forms.TextInput(
            attrs={"class": "join-code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@dataclass(frozen=True, slots=True)
class Teaching:
    """What somebody of the staff wants to know of a course at once."""

    students: int
    waiting: int  # pieces of work that wait for a person


@dataclass(frozen=True, slots=True)
class CourseCard:
    course: Course
    passed: int
    exercises: int
    next: Next | None
    standings: list[Standing]
    teaching: Teaching | None  # None: the reader learns here


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user = person(request)
    waiting = _waiting(user)
    cards = _cards(user, waiting)
    return render(
        request,
        "home/home.html",
        {
            "cards": cards,
            "deadlines": upcoming([each for card in cards if not card.teaching for each in card.standings])[
                :MOST_DEADLINES
            ],
            "resume": _open_attempt(user),
            "running": _unfinished(user),
            "latest": _latest_results(user),
            "to_review": waiting.total(),
            "form": JoinForm(),
            "tour": tour_of(user),
            "first_course": next((card.course for card in cards if card.course.slug == FIRST_COURSE), None),
        },
    )


def _waiting(user: User) -> Counter[int]:
    """Pieces of work that wait for this person, by course."""
    found: Counter[int] = Counter()
    rows = review_queue(user).order_by().values_list("exercise__module__course_id").annotate(Count("pk"))
    for course, *_others, count in rows:
        found[course] += count
    return found


def _cards(user: User, waiting: Counter[int]) -> list[CourseCard]:
    exercises = Exercise.objects.filter(archived=False).order_by("module__position", "module__id", "position", "id")
    courses = list(
        rules.courses_visible_to(user).prefetch_related(
            Prefetch("modules__exercises", exercises.select_related("module__course"))
        )
    )
    by_course = {
        course.pk: [exercise for module in course.modules.all() for exercise in module.exercises.all()]
        for course in courses
    }
    progress = progress_of(user, [exercise for found in by_course.values() for exercise in found])
    staffed = set(rules.courses_reviewed_by(user).values_list("pk", flat=True))
    students = students_by_course(staffed) if staffed else {}
    cards = []
    for course in courses:
        passed, total = progress.of(by_course[course.pk])
        standings = [progress.standings[exercise.pk] for exercise in by_course[course.pk]]
        teaching = Teaching(students.get(course.pk, 0), waiting[course.pk]) if course.pk in staffed else None
        cards.append(CourseCard(course, passed, total, recommended(standings), standings, teaching))
    return cards


def _mine(user: User) -> QuerySet[Attempt]:
    visible = rules.courses_visible_to(user)
    attempts = Attempt.objects.filter(student=user, exercise__module__course__in=visible, exercise__practice=False)
    return attempts.select_related("exercise__module__course").defer("answer", "spec", "draft")


def _open_attempt(user: User) -> Attempt | None:
    return _mine(user).filter(state=Attempt.State.OPEN).order_by("-draft_saved_at", "-created_at").first()


def _unfinished(user: User) -> list[Attempt]:
    """Attempts that wait for a machine or, `is_held`, for a person."""
    graded = Q(state=Attempt.State.GRADED, released_at=None) & ~Q(pk__in=tries_of_staff().values("pk"))
    busy = Q(state=Attempt.State.OPEN, runs__job__state__in=BUSY)
    found = _mine(user).filter(Q(state=Attempt.State.SUBMITTED) | busy | graded)
    return list(found.distinct().order_by("-created_at")[:10])


def _latest_results(user: User) -> list[Standing]:
    graded = _mine(user).filter(released_at__isnull=False).order_by("-released_at")[:5]
    return [_result(attempt) for attempt in graded.prefetch_related("scores")]


def _result(attempt: Attempt) -> Standing:
    score = shown_score(attempt)
    value = score.value if score else None
    state = "passed" if value is not None and value >= attempt.exercise.pass_mark else "graded"
    return Standing(attempt.exercise, (attempt,), state, value, attempt)


@login_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    if request.method == "GET":
        return render(request, "home/join.html", {"form": JoinForm(initial={"code": code})})
    form = JoinForm(request.POST)
    if not form.is_valid():
        return render(request, "home/join.html", {"form": form}, status=400)
    return _join(request, form)


def _join(request: HttpRequest, form: JoinForm) -> HttpResponse:
    try:
        enrolment = joining.join(user=person(request), code=form.cleaned_data["code"], address=address_of(request))
    except JoinRefused as refused:
        form.add_error("code", localise(refused.text, get_language() or "en"))
        return render(request, "home/join.html", {"form": form}, status=422)
    except TooManyTries as refused:
        minutes = -(-refused.retry_after // 60)
        form.add_error("code", _("Too many wrong codes. Try again in %(minutes)d min.") % {"minutes": minutes})
        return respond(request, "home/join.html", {"form": form}, Fault(429, "", refused.retry_after))
    messages.success(request, _("Welcome to “%(course)s”.") % {"course": enrolment.course})
    return redirect("course", enrolment.course.slug)


urlpatterns = [
    path("", home, name="home"),
    path("join/", join, name="join"),
    path("join/<str:code>/", join, name="join_with_code"),
]
