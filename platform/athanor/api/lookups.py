"""From addresses to rows, through the rules: what is not for this person does not exist for them."""

from typing import cast
from uuid import UUID

from django.db.models import QuerySet, UUIDField
from django.http import Http404
from rest_framework.request import Request

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Run
from courses.attempts.rules import check_can_change_attempt, check_can_see_attempt
from courses.catalog.models import Course, Exercise, Lesson
from courses.catalog.selectors import exercise_at
from courses.people.rules import check_can_open_course
from courses.readings.rules import check_need_not_read
from workers import prepared
from workers.prepared import Given


def person(request: Request) -> User:
    """Who asks: every view of the API wants somebody signed in."""
    return cast("User", request.user)


def course_of(request: Request, slug: str) -> Course:
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    check_can_open_course(request.user, course)
    return course


def lesson_of(request: Request, course: str, module: str, lesson: str) -> Lesson:
    found = Lesson.objects.filter(module__course=course_of(request, course), module__slug=module, slug=lesson).first()
    if found is None:
        raise Http404
    return found


def exercise_of(request: Request, course: str, module: str, exercise: str) -> Exercise:
    found = exercise_at(course_of(request, course), module, exercise)
    if found is None:
        raise Http404
    return found


def attempt_to_read(request: Request, attempt_id: UUID) -> Attempt:
    attempt = _attempt(attempt_id)
    check_can_see_attempt(request.user, attempt)
    return attempt


def mark_to_read(request: Request, attempt_id: UUID) -> Attempt:
    """As `attempt_to_read`, for what tells how it was decided. Raises ReadFirst for whoever may read it second."""
    attempt = attempt_to_read(request, attempt_id)
    check_need_not_read(request.user, attempt)
    return attempt


def attempt_to_change(request: Request, attempt_id: UUID) -> Attempt:
    attempt = _attempt(attempt_id)
    check_can_change_attempt(request.user, attempt)
    return attempt


def run_of(attempt: Attempt, run_id: UUID) -> Run:
    run = attempt.runs.select_related("job__server").filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def _attempt(attempt_id: UUID) -> Attempt:
    found = prepared.objects("api attempt", _with_all, attempt_id)
    if not found:
        raise Http404
    return found[0]


def _with_all() -> QuerySet[Attempt]:
    found = Attempt.objects.select_related("exercise__module__course", "exercise__rubric", "rubric")
    return found.filter(pk=Given(0, UUIDField())).order_by()
