"""Courses, lessons and exercises, as a student may read them."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from athanor.accounts.joining import join
from athanor.api import inputs, outputs
from athanor.api.documents import documented
from athanor.api.lookups import course_of, exercise_of, lesson_of, person
from athanor.api.pages import page_of, paginated
from courses.attempts.selectors import attempts_left, kind_of
from courses.catalog.models import Exercise
from courses.catalog.selectors import course_tree, rubric_outline
from courses.people.rules import can_review, courses_visible_to
from courses.people.selectors import deadline_of, deadlines_of, enrolments_of


@documented("me", answers={200: outputs.PersonOut}, summary="Who I am and where I take part")
@api_view(["GET"])
def me(request: Request) -> Response:
    row: Any = person(request)
    row.active_enrolments = enrolments_of(row)
    return Response(outputs.PersonOut(row).data)


@documented("courses", answers={200: page_of(outputs.CourseOut)}, summary="My courses")
@api_view(["GET"])
def courses(request: Request) -> Response:
    return paginated(request, courses_visible_to(person(request)).order_by("slug"), outputs.CourseOut)


@documented(
    "join",
    request=inputs.JoinIn,
    answers={200: outputs.EnrolmentOut, 201: OpenApiResponse(outputs.EnrolmentOut, "Enrolled now.")},
    refusals=(400, 422, 429),
    summary="Join a course by its code",
)
@api_view(["POST"])
def join_course(request: Request) -> Response:
    given = inputs.JoinIn(data=request.data)
    given.is_valid(raise_exception=True)
    known = set(enrolments_of(person(request)).values_list("pk", flat=True))
    address = request.META.get("REMOTE_ADDR", "")
    enrolment = join(user=person(request), code=given.validated_data["code"], address=address)
    return Response(outputs.EnrolmentOut(enrolment).data, status=200 if enrolment.pk in known else 201)


@documented("course", answers={200: outputs.CourseTreeOut}, summary="One course with its modules")
@api_view(["GET"])
def course(request: Request, course: str) -> Response:
    found: Any = course_of(request, course)
    found.tree = course_tree(found)
    exercises = [exercise for module in found.tree for exercise in module.exercises.all()]
    dates = deadlines_of(person(request), exercises)
    for exercise in exercises:
        exercise.due_at = dates[exercise.pk].due_at  # the row is not saved
    return Response(outputs.CourseTreeOut(found).data)


@documented("lesson", answers={200: outputs.LessonOut}, summary="One lesson")
@api_view(["GET"])
def lesson(request: Request, course: str, module: str, lesson: str) -> Response:
    return Response(outputs.LessonOut(lesson_of(request, course, module, lesson)).data)


@documented("exercise", answers={200: outputs.ExerciseOut}, summary="One exercise")
@api_view(["GET"])
def exercise(request: Request, course: str, module: str, exercise: str) -> Response:
    return Response(exercise_data(request, exercise_of(request, course, module, exercise)))


def exercise_data(request: Request, exercise: Exercise) -> dict[str, Any]:
    row: Any = exercise
    kind, deadline = kind_of(exercise), deadline_of(person(request), exercise)
    facts = {
        "deadline": deadline,
        "opens_at": deadline.opens_at,
        "due_at": deadline.due_at,
        "closes_at": deadline.closes_at,
        "attempts_left": attempts_left(person(request), exercise, deadline),
        "rubric_outline": rubric_outline(exercise, reveal=can_review(person(request), exercise.module.course)),
        "run_schema": kind.run.model_json_schema() if kind.run else None,
        "answer_schema": kind.answer.model_json_schema(),
    }
    for name, value in facts.items():
        setattr(row, name, value)
    row.spec = kind.public(kind.spec.model_validate(exercise.spec))  # the row is not saved
    return dict(outputs.ExerciseOut(row).data)
