"""Marking by program: the queue, a decision, taking it back, comments."""

from typing import Any, get_args
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from athanor.api import outputs
from athanor.api import review_shapes as shapes
from athanor.api.documents import documented
from athanor.api.lookups import mark_to_read, person
from athanor.api.pages import Pages
from courses.attempts.models import Attempt
from courses.attempts.selectors import visible_score
from courses.people.errors import Denied
from courses.people.rules import check_can_review, courses_reviewed_by
from courses.review import comments, selectors, services
from courses.review.choice import choice_of

REFUSALS = (400, 403, 409, 422)
BLIND = ("student", "number", "submitted_at")
PARAMETERS = [
    OpenApiParameter("course", str, description="Its slug; without it all that you review."),
    OpenApiParameter("exercise", int, description="Its number."),
    OpenApiParameter("group", int, description="Number of a section."),
    OpenApiParameter("filter", str, enum=get_args(selectors.Filter)),
    OpenApiParameter("whose", str, enum=get_args(selectors.Whose)),
    OpenApiParameter("order", str, enum=get_args(selectors.Order)),
]


@documented(
    "review", parameters=PARAMETERS, answers={200: shapes.WorkPage}, refusals=(403,), summary="Work that waits for me"
)
@api_view(["GET"])
def review(request: Request) -> Response:
    user = person(request)
    if not courses_reviewed_by(user).exists():
        raise Denied
    choice = choice_of(request.query_params, user)
    pages = Pages()
    rows = pages.paginate_queryset(selectors.queue(user, choice.course, **choice.narrowed), request) or []
    hidden = {str(pk) for pk in selectors.names_hidden(user, rows)}
    lines = [dict(line) for line in shapes.WorkLine(rows, many=True).data]
    return pages.get_paginated_response([_veiled(line) if line["id"] in hidden else line for line in lines])


def _veiled(line: dict[str, Any]) -> dict[str, Any]:
    return line | dict.fromkeys(BLIND)


@documented(
    "decide", request=shapes.DecisionIn, answers={200: outputs.ScoreOut}, refusals=REFUSALS, summary="Decide the mark"
)
@api_view(["POST"])
def decide(request: Request, attempt: UUID) -> Response:
    given = shapes.DecisionIn(data=request.data)
    given.is_valid(raise_exception=True)
    facts = dict(given.validated_data)
    seen = facts.pop("seen_score")
    found = _work(request, attempt)
    services.decide(attempt=found, grader=person(request), seen_score_id=seen, **facts)
    return _mark(request, found)


@documented(
    "approve",
    request=shapes.ApprovalIn,
    answers={200: outputs.ScoreOut},
    refusals=REFUSALS,
    summary="The mark stands as it is; the student sees it",
)
@api_view(["POST"])
def approve(request: Request, attempt: UUID) -> Response:
    given = shapes.ApprovalIn(data=request.data)
    given.is_valid(raise_exception=True)
    found = _work(request, attempt)
    services.approve(attempt=found, grader=person(request), seen_score_id=given.validated_data["seen_score"])
    return _mark(request, found)


@documented(
    "undo", request=None, answers={200: shapes.UndoneOut}, refusals=(403, 422), summary="Take my last decision back"
)
@api_view(["POST"])
def undo(request: Request) -> Response:
    return Response(shapes.UndoneOut(services.undo(grader=person(request))).data)


@documented(
    "comments", methods=["GET"], answers={200: shapes.CommentOut(many=True)}, summary="What was said about the work"
)
@documented(
    "comment",
    methods=["POST"],
    request=shapes.CommentIn,
    answers={201: shapes.CommentOut},
    refusals=REFUSALS,
    summary="Comment on the work or on a place of it",
)
@api_view(["GET", "POST"])
def comments_on(request: Request, attempt: UUID) -> Response:
    """The student reads what was said about a mark that is shown."""
    found = mark_to_read(request, attempt)
    if request.method == "GET":
        return Response(shapes.CommentOut(selectors.comments_on(found, person(request)), many=True).data)
    given = shapes.CommentIn(data=request.data)
    given.is_valid(raise_exception=True)
    said = comments.say(attempt=found, by=person(request), **given.validated_data)
    return Response(shapes.CommentOut(said).data, status=201)


def _work(request: Request, attempt: UUID) -> Attempt:
    found = mark_to_read(request, attempt)
    check_can_review(person(request), found.exercise.module.course)
    return found


def _mark(request: Request, attempt: Attempt) -> Response:
    return Response(outputs.ScoreOut(visible_score(attempt, person(request))).data)
