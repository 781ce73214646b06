"""Requests for another look at a mark, and notices."""

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from athanor.api import inquiry_shapes as shapes
from athanor.api.documents import documented
from athanor.api.lookups import attempt_to_change, attempt_to_read, person
from athanor.api.pages import page_of, paginated
from courses.attempts.selectors import visible_score
from courses.inquiries import rules, selectors, services
from courses.inquiries.models import Inquiry
from courses.notices import selectors as notice_selectors
from courses.notices import services as notice_services
from courses.people.rules import courses_reviewed_by
from courses.review.rules import can_see_name

REFUSALS = (400, 403, 409, 422)


@documented(
    "attempt_requests",
    methods=["GET"],
    answers={200: page_of(shapes.InquiryLine)},
    summary="Requests about the mark of an attempt",
)
@documented(
    "ask",
    methods=["POST"],
    request=shapes.InquiryIn,
    answers={201: shapes.InquiryOut},
    refusals=REFUSALS,
    summary="Ask to look at a mark again",
)
@api_view(["GET", "POST"])
def attempt_requests(request: Request, attempt: UUID) -> Response:
    if request.method == "GET":
        rows = Inquiry.objects.filter(attempt=attempt_to_read(request, attempt))
        return paginated(request, rows, shapes.InquiryLine)
    given = shapes.InquiryIn(data=request.data)
    given.is_valid(raise_exception=True)
    found = attempt_to_change(request, attempt)
    made = services.ask(attempt=found, student=person(request), **given.validated_data)
    return Response(_data(request, made), status=201)


@documented(
    "requests", answers={200: page_of(shapes.InquiryLine)}, summary="Requests that I made, or that I may answer"
)
@api_view(["GET"])
def requests(request: Request) -> Response:
    """For the staff those of their courses that are open and theirs to answer."""
    user = person(request)
    staff = courses_reviewed_by(user).exists()
    return paginated(request, selectors.to_answer(user) if staff else selectors.asked_by(user), shapes.InquiryLine)


@documented("request", answers={200: shapes.InquiryOut}, summary="One request with its thread")
@api_view(["GET"])
def one(request: Request, inquiry: UUID) -> Response:
    return Response(_data(request, _found(request, inquiry)))


@documented(
    "say", request=shapes.MessageIn, answers={200: shapes.InquiryOut}, refusals=REFUSALS, summary="Say something in it"
)
@api_view(["POST"])
def say(request: Request, inquiry: UUID) -> Response:
    given = shapes.MessageIn(data=request.data)
    given.is_valid(raise_exception=True)
    services.say(inquiry=_found(request, inquiry), author=person(request), **given.validated_data)
    return Response(_data(request, _found(request, inquiry)))


@documented(
    "answer_request",
    request=shapes.InquiryAnswerIn,
    answers={200: shapes.InquiryOut},
    refusals=REFUSALS,
    summary="Answer it: the mark stays or changes",
)
@api_view(["POST"])
def answer(request: Request, inquiry: UUID) -> Response:
    given = shapes.InquiryAnswerIn(data=request.data)
    given.is_valid(raise_exception=True)
    facts = dict(given.validated_data)
    seen = facts.pop("seen_score")
    done = services.answer(inquiry=_found(request, inquiry), grader=person(request), seen_score_id=seen, **facts)
    return Response(_data(request, done))


@documented(
    "withdraw_request",
    request=None,
    answers={200: shapes.InquiryOut},
    refusals=REFUSALS,
    summary="Withdraw my request",
)
@api_view(["POST"])
def withdraw(request: Request, inquiry: UUID) -> Response:
    return Response(_data(request, services.withdraw(inquiry=_found(request, inquiry), student=person(request))))


@documented("notices", answers={200: page_of(shapes.NoticeOut)}, summary="What I was told, unread first")
@api_view(["GET"])
def notices(request: Request) -> Response:
    return paginated(request, notice_selectors.notices_of(person(request)), shapes.NoticeOut)


@documented(
    "read_notices",
    request=shapes.NoticesReadIn,
    answers={200: shapes.NoticesReadOut},
    refusals=(400, 422),
    summary="Mark one notice or all as read",
)
@api_view(["POST"])
def read_notices(request: Request) -> Response:
    given = shapes.NoticesReadIn(data=request.data)
    given.is_valid(raise_exception=True)
    read = notice_services.mark_read(user=person(request), notice_id=given.validated_data["notice"])
    return Response(shapes.NoticesReadOut({"read": read}).data)


def _found(request: Request, pk: UUID) -> Inquiry:
    found = selectors.inquiries().filter(pk=pk).first()
    if found is None:
        raise Http404
    rules.check_can_see(request.user, found)
    return found


def _data(request: Request, found: Inquiry) -> dict[str, Any]:
    user, row = person(request), selectors.inquiries().get(pk=found.pk)
    mark, hidden = visible_score(row.attempt, user), not can_see_name(user, row.attempt)
    line = shapes.InquiryLine(row).data
    thread = [
        {
            "kind": each.kind,
            "author": None
            if hidden and each.author_id == row.attempt.student_id
            else getattr(each.author, "username", None),
            "text": each.text,
            "created_at": each.created_at,
        }
        for each in selectors.thread(row, user)
    ]
    facts = {"score": mark.score_id if mark else None, "finding": selectors.finding_of(row, user)}
    return {**line, **facts, "messages": shapes.MessageOut(thread, many=True).data}
