"""Requests about marks and notices by program: the same rules as on the pages."""

from typing import Any

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.catalog.models import Course
from courses.notices.models import Notice
from tests.api.conftest import HIDDEN, SECRET, Place, Program
from tests.courses.recorded import submitted
from tests.factories import make_grader, make_student


@pytest.fixture
def attempt(place: Place, alice: User) -> Attempt:
    Course.objects.update(review={"requests": 7})
    place.exercise.spec = {"alias": "chat-small"}
    place.exercise.save()
    return submitted(alice, place.exercise, answer="good day")


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(f"/api/v1/{address}", body or {}, "application/json")


def test_objection_from_asking_to_the_answer(client: Client, attempt: Attempt, place: Place, program: Program) -> None:
    made = post(client, f"attempts/{attempt.pk}/requests/", {"criterion": "hello", "text": "It does."})
    again = post(client, f"attempts/{attempt.pk}/requests/", {"criterion": "hello", "text": "It does."})
    assert (made.status_code, again.status_code, again.json()["error"]["code"]) == (201, 409, "request_open")
    assert (made.json()["state"], made.json()["finding"]["id"]) == ("open", "hello")
    address = f"requests/{made.json()['id']}/"
    assert [row["id"] for row in client.get("/api/v1/requests/").json()["results"]] == [made.json()["id"]]

    grader = program(make_grader(course=place.course, username="bob"))
    read = grader.get(f"/api/v1/{address}").json()
    post(grader, f"{address}messages/", {"text": "Let me see."})
    body = {"text": "Indeed.", "seen_score": read["score"], "changes": {"hello": 1.0}}
    answered = post(grader, f"{address}answer/", body)
    late = post(grader, f"{address}answer/", body)
    assert (answered.status_code, answered.json()["outcome"]) == (200, "changed")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "request_ended")

    seen = client.get(f"/api/v1/{address}")
    assert [message["text"] for message in seen.json()["messages"]] == ["It does.", "Let me see.", "Indeed."]
    assert (SECRET in seen.content.decode(), HIDDEN in seen.content.decode()) == (False, False)
    assert client.get(f"/api/v1/attempts/{attempt.pk}/requests/").json()["count"] == 1
    assert Notice.objects.filter(kind="request_answered").count() == 1


def test_refusals_have_codes(client: Client, attempt: Attempt) -> None:
    address = f"attempts/{attempt.pk}/requests/"

    assert post(client, address, {"text": ""}).status_code == 422
    assert (
        post(client, address, {"text": "x", "criterion": "secret-check"}).json()["error"]["code"] == "unknown_criterion"
    )
    made = post(client, address, {"text": "x"}).json()
    assert post(client, f"requests/{made['id']}/answer/", {"text": "x", "seen_score": 1}).status_code == 403
    assert post(client, f"requests/{made['id']}/withdraw/").json()["state"] == "withdrawn"
    Course.objects.update(review={})
    assert post(client, address, {"text": "x"}).json()["error"]["code"] == "requests_not_offered"


def test_requests_of_others_do_not_exist(client: Client, attempt: Attempt, place: Place, program: Program) -> None:
    made = post(client, f"attempts/{attempt.pk}/requests/", {"text": "x"}).json()["id"]
    charlie = program(make_student(course=place.course))

    answers = [
        charlie.get(f"/api/v1/{address}") for address in (f"requests/{made}/", f"attempts/{attempt.pk}/requests/")
    ]
    answers += [post(charlie, f"requests/{made}/{what}/", {"text": "x", "seen_score": 1})
                for what in ("messages", "answer", "withdraw")]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 5
    assert charlie.get("/api/v1/requests/").json()["count"] == 0


def test_blind_marking_hides_the_name(client: Client, attempt: Attempt, place: Place, program: Program) -> None:
    Course.objects.update(review={"requests": 7, "blind": True})
    made = post(client, f"attempts/{attempt.pk}/requests/", {"text": "x"}).json()["id"]
    grader = program(make_grader(course=place.course))

    assert "alice" not in grader.get(f"/api/v1/requests/{made}/").content.decode()


def test_notices_are_read(client: Client, attempt: Attempt, place: Place, program: Program) -> None:
    bob = make_grader(course=place.course)
    grader = program(bob)
    post(client, f"attempts/{attempt.pk}/requests/", {"text": "x"})

    found = grader.get("/api/v1/notices/").json()["results"]
    assert [(row["kind"], row["read_at"]) for row in found] == [("request_made", None)]
    assert post(client, "notices/read/", {"notice": found[0]["id"]}).json() == {"read": 0}
    assert post(grader, "notices/read/", {"notice": found[0]["id"]}).json() == {"read": 1}
    assert post(grader, "notices/read/", {"notice": "x"}).status_code == 422
