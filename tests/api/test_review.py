"""Marking by program: the same rules as on the pages."""

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.catalog.models import Course, Exercise
from tests.api.conftest import Place, Program
from tests.courses.recorded import submitted
from tests.factories import make_grader, make_student

PLAIN = {"alias": "chat-small"}


@pytest.fixture
def attempt(place: Place, alice: User) -> Attempt:
    Exercise.objects.update(release=Exercise.Release.AFTER_REVIEW, spec=PLAIN)
    return submitted(alice, Exercise.objects.select_related("module__course").get())


@pytest.fixture
def grader(place: Place, program: Program) -> Client:
    return program(make_grader(course=place.course, username="grace"))


def send(client: Client, address: str, **data: object) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/api/v1/{address}", data, content_type="application/json")
    return answer.status_code, answer.json()


def test_work_is_listed_decided_and_taken_back(attempt: Attempt, grader: Client) -> None:
    [line] = grader.get("/api/v1/review/").json()["results"]
    assert (line["id"], line["student"], line["reasons"]) == (str(attempt.pk), "alice", ["policy"])
    mark = grader.get(f"/api/v1/attempts/{attempt.pk}/score/").json()["score"]

    status, decided = send(
        grader, f"attempts/{attempt.pk}/decision/", changes={"hello": 0.5}, reason="Half.", seen_score=mark["id"]
    )
    assert (status, decided["human"], decided["reason"]) == (200, True, "Half.")
    assert grader.get("/api/v1/review/").json()["count"] == 0
    assert send(grader, f"attempts/{attempt.pk}/decision/", value=1, reason="All.", seen_score=mark["id"])[0] == 422

    assert send(grader, "review/undo/") == (200, {"attempt": str(attempt.pk)})
    assert grader.get("/api/v1/review/").json()["count"] == 1
    assert send(grader, "review/undo/")[0] == 422


def test_comments_are_read_by_the_student_with_the_mark(
    attempt: Attempt, grader: Client, alice: User, program: Program
) -> None:
    address = f"attempts/{attempt.pk}/comments/"
    status, said = send(grader, address, text="Why?", anchor="turn:1:prompt", region=[0, 0, 0.5, 0.5])
    assert (status, said["by"], said["region"]) == (201, "grace", [0, 0, 0.5, 0.5])
    assert send(grader, address, text="Outside.", region=[0.9, 0.9, 0.5, 0.5])[0] == 422

    student = program(alice)
    assert student.get(f"/api/v1/{address}").json() == []
    assert send(student, address, text="Mine.")[0] == 403
    assert send(grader, f"attempts/{attempt.pk}/approval/")[0] == 200
    assert [each["text"] for each in student.get(f"/api/v1/{address}").json()] == ["Why?"]


def test_blind_marking_hides_whose_work_it_is(attempt: Attempt, grader: Client, alice: User, program: Program) -> None:
    Course.objects.update(review={"blind": True})

    listed = grader.get("/api/v1/review/").json()["results"][0]
    shown = grader.get(f"/api/v1/attempts/{attempt.pk}/").json()

    assert {listed[name] for name in ("student", "number", "submitted_at")} == {None}
    assert {shown[name] for name in ("student", "number", "submitted_at", "created_at")} == {None}
    assert program(alice).get(f"/api/v1/attempts/{attempt.pk}/").json()["student"] == "alice"


@pytest.mark.parametrize("address", ["decision/", "approval/", "comments/"])
def test_nobody_else_marks(address: str, attempt: Attempt, place: Place, alice: User, program: Program) -> None:
    data = {"reason": "x", "value": 1, "text": "x"}
    stranger = program(make_grader(course=Course.objects.create(slug="other", title={"en": "Other"})))

    assert send(program(alice), f"attempts/{attempt.pk}/{address}", **data)[0] == 403
    assert send(program(make_student(course=place.course)), f"attempts/{attempt.pk}/{address}", **data)[0] == 404
    assert send(stranger, f"attempts/{attempt.pk}/{address}", **data)[0] == 404
    assert program(alice).get("/api/v1/review/").status_code == 403
