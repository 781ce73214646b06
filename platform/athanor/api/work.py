"""Attempts: begin or continue, read, submit, and the mark."""

from typing import Any
from uuid import UUID

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from athanor.api import inputs, outputs
from athanor.api.documents import IDEMPOTENCY_KEY, documented
from athanor.api.idempotency import key_of
from athanor.api.lookups import attempt_to_change, attempt_to_read, exercise_of, mark_to_read, person
from athanor.api.pages import page_of, paginated
from athanor.api.runs import run_data
from courses.attempts import selectors, services
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.review.rules import can_see_name


@documented("attempts", answers={200: page_of(outputs.AttemptLine)}, summary="My attempts, newest first")
@api_view(["GET"])
def attempts(request: Request) -> Response:
    mine = Attempt.objects.filter(student_id=person(request).pk).select_related("exercise__module__course")
    return paginated(request, mine.order_by("-created_at", "-number"), outputs.AttemptLine)


@documented(
    "exercise_attempts",
    methods=["GET"],
    answers={200: page_of(outputs.AttemptLine)},
    summary="My attempts at one exercise",
)
@documented(
    "begin",
    methods=["POST"],
    request=None,
    answers={200: outputs.AttemptOut, 201: outputs.AttemptOut},
    refusals=(403, 422),
    summary="Begin an attempt, or get the open one",
)
@api_view(["GET", "POST"])
def exercise_attempts(request: Request, course: str, module: str, exercise: str) -> Response:
    found = exercise_of(request, course, module, exercise)
    if request.method == "POST":
        return _begin(request, found)
    mine = selectors.attempts_of(person(request), found).select_related("exercise__module__course")
    return paginated(request, mine, outputs.AttemptLine)


def _begin(request: Request, exercise: Exercise) -> Response:
    present = selectors.open_attempt(person(request), exercise)
    attempt = services.begin(student=person(request), exercise=exercise)
    return Response(attempt_data(attempt), status=200 if present else 201)


@documented("attempt", answers={200: outputs.AttemptOut}, summary="One attempt with every run")
@api_view(["GET"])
def attempt(request: Request, attempt: UUID) -> Response:
    found = attempt_to_read(request, attempt)
    hidden = {} if can_see_name(person(request), found) else dict.fromkeys(outputs.WHOSE)
    return Response(attempt_data(found) | hidden)


@documented(
    "save_draft",
    request=inputs.DraftIn,
    answers={200: outputs.AttemptOut},
    refusals=(400, 403, 409, 413, 422),
    summary="Keep a draft",
)
@api_view(["PUT"])
def draft(request: Request, attempt: UUID) -> Response:
    given = inputs.DraftIn(data=request.data)
    given.is_valid(raise_exception=True)
    saved = services.save_draft(attempt=attempt_to_change(request, attempt), draft=given.validated_data)
    return Response(attempt_data(saved))


@documented(
    "submit",
    request=inputs.AnswerIn,
    parameters=[IDEMPOTENCY_KEY],
    answers={200: outputs.AttemptOut},
    refusals=(400, 403, 409, 413, 422, 503),
    summary="Submit: accepted work is never lost",
)
@api_view(["POST"])
def submit(request: Request, attempt: UUID) -> Response:
    given = inputs.AnswerIn(data=request.data)
    given.is_valid(raise_exception=True)
    found = attempt_to_change(request, attempt)
    accepted = services.submit(attempt=found, answer=given.validated_data, idempotency_key=key_of(request))
    return Response(attempt_data(accepted))


@documented("score", answers={200: outputs.ScoreStateOut}, summary="The mark, with its reasons")
@api_view(["GET"])
def score(request: Request, attempt: UUID) -> Response:
    found = mark_to_read(request, attempt)
    facts = {
        "state": found.state,
        "released": found.released_at is not None,
        "score": selectors.visible_score(found, person(request)),
    }
    return Response(outputs.ScoreStateOut(facts).data)


def attempt_data(attempt: Attempt) -> dict[str, Any]:
    row: Any = attempt
    row.run_rows = [run_data(run) for run in selectors.runs_of(attempt)]
    return dict(outputs.AttemptOut(row).data)
