"""An attempt from its beginning to its mark."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from tests.api.conftest import HIDDEN, SECRET, Place, Program
from tests.factories import make_instructor, make_student
from workers.scheduling.models import Allowance, Job
from workers.scheduling.states import State


@pytest.fixture
def attempt(client: Client, place: Place) -> str:
    return str(client.post(f"{place.address}attempts/").json()["id"])


def post(client: Client, address: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{address}", body, "application/json", headers=headers)


def test_attempt_is_begun_once(client: Client, place: Place) -> None:
    first = client.post(f"{place.address}attempts/")
    second = client.post(f"{place.address}attempts/")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["runs"] == []
    assert client.get(f"{place.address}attempts/").json()["count"] == 1


def test_turn_is_queued_with_its_place(client: Client, attempt: str) -> None:
    answer = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"})
    run = answer.json()

    assert answer.status_code == 201
    assert run["state"] == "queued"
    assert run["waiting"]["position"] == 1
    assert run["payload"]["text"] == "Hello!"
    assert client.get(f"/api/v1/attempts/{attempt}/runs/{run['id']}/").json()["id"] == run["id"]
    assert [row["id"] for row in client.get(f"/api/v1/attempts/{attempt}/").json()["runs"]] == [run["id"]]
    assert SECRET not in client.get(f"/api/v1/attempts/{attempt}/").content.decode()


def test_repeated_turn_with_the_same_key_is_one_turn(client: Client, attempt: str) -> None:
    first = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}, **{"Idempotency-Key": "one"})
    second = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}, **{"Idempotency-Key": "one"})

    assert first.json()["id"] == second.json()["id"]
    assert Job.objects.count() == 1


def test_turn_is_stopped(client: Client, attempt: str) -> None:
    run = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}).json()

    stopped = post(client, f"attempts/{attempt}/runs/{run['id']}/stop/", {})

    assert stopped.json()["state"] == "cancelled"


def test_failed_turn_is_explained_without_the_servers_words(client: Client, attempt: str) -> None:
    run = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}).json()
    error = {"code": "server_fault", "fault": "server", "detail": "stack trace of gpu-7"}
    Job.objects.update(state=State.DEAD, error=error)

    answer = client.get(f"/api/v1/attempts/{attempt}/runs/{run['id']}/")

    assert answer.json()["failure"]["code"] == "server_fault"
    assert "gpu-7" not in answer.content.decode()


def test_too_many_turns_are_refused_for_now(client: Client, attempt: str, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 1
    settings.JOBS_IN_FLIGHT_PER_STUDENT = 1
    answers = [post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}) for _turn in range(4)]

    assert answers[-1].status_code == 429
    assert answers[-1].json()["error"]["code"] == "too_many_jobs"
    assert int(answers[-1]["Retry-After"]) >= 1


def test_used_quota_is_refused_with_what_is_left(client: Client, attempt: str) -> None:
    Allowance.objects.create(person_seconds=0)

    answer = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"})

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (429, "quota_used")
    assert error["fields"] == {"unit": "seconds", "of": "person", "limit": 0, "left": 0}
    assert int(answer["Retry-After"]) >= 1


def test_wrong_turn_is_answered_by_the_schema(client: Client, attempt: str) -> None:
    answer = post(client, f"attempts/{attempt}/runs/", {"txt": "Hello!"})

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_payload"
    assert sorted(answer.json()["error"]["fields"]) == ["text", "txt"]


def test_refusal_of_the_kind_is_told(client: Client, attempt: str) -> None:
    answer = post(client, f"attempts/{attempt}/runs/", {"text": "   "})

    assert answer.status_code == 422
    assert answer.json()["error"]["message"] != ""


def test_missing_model_is_no_fault_of_the_student(client: Client, attempt: str) -> None:
    from workers.backends.models import ModelAlias

    ModelAlias.objects.all().delete()

    answer = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"})

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "no_such_model"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "parse_error"),
        (b"", 422, "invalid_payload"),
        (b"[1]", 422, "invalid"),
        (b'{"text": NaN}', 400, "parse_error"),
        (b'{"text": "\\u0000"}', 400, "parse_error"),
        (b'{"text": "\\ud800"}', 400, "parse_error"),
        (b'{"text": "\xff"}', 400, "parse_error"),
        (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "parse_error"),
        (b'{"text": "' + b"a" * 3_000_000 + b'"}', 413, "body_too_large"),
    ],
    ids=["cut", "empty", "list", "nan", "zero", "surrogate", "latin", "deep", "large"],
)
def test_broken_bodies_are_refused(body: bytes, status: int, code: str, client: Client, attempt: str) -> None:
    answer = client.post(f"/api/v1/attempts/{attempt}/runs/", body, "application/json")

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert Job.objects.count() == 0


def test_backslash_u_as_a_students_text_is_kept(client: Client, attempt: str) -> None:
    answer = post(client, f"attempts/{attempt}/runs/", {"text": "what is \\u0000?"})

    assert answer.json()["payload"]["text"] == "what is \\u0000?"


def test_other_media_types_are_refused(client: Client, attempt: str) -> None:
    answer = client.post(f"/api/v1/attempts/{attempt}/runs/", {"text": "Hello"})  # a form

    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "unsupported_media_type"


def test_draft_is_kept(client: Client, attempt: str) -> None:
    saved = client.put(f"/api/v1/attempts/{attempt}/draft/", {"text": "half a thou"}, "application/json")

    assert saved.json()["draft"] == {"text": "half a thou"}


def submitted(client: Client, attempt: str, key: str = "k") -> Any:
    run = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}).json()
    Job.objects.update(
        state=State.DONE, finished_at=timezone.now(), result={"task": "chat", "text": "hello you", "finish": "stop"}
    )
    return post(client, f"attempts/{attempt}/submit/", {"leaf": run["id"]}, **{"Idempotency-Key": key})


def test_submission_is_accepted_once(client: Client, attempt: str) -> None:
    first = submitted(client, attempt)
    again = post(client, f"attempts/{attempt}/submit/", {"leaf": None}, **{"Idempotency-Key": "k"})
    other = post(client, f"attempts/{attempt}/submit/", {"leaf": None}, **{"Idempotency-Key": "another"})

    assert first.status_code == 200
    assert first.json()["state"] in {"submitted", "graded"}
    assert (again.status_code, again.json()["submitted_at"]) == (200, first.json()["submitted_at"])
    assert (other.status_code, other.json()["error"]["code"]) == (409, "submitted")


def test_long_idempotency_key_is_refused(client: Client, attempt: str) -> None:
    answer = post(client, f"attempts/{attempt}/submit/", {"leaf": None}, **{"Idempotency-Key": "k" * 81})

    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == ["Idempotency-Key"]


def give_mark(attempt: str, *, released: bool) -> None:
    row = Attempt.objects.get(pk=attempt)
    base = {
        "version": "1",
        "weight": 1,
        "gate": None,
        "feedback": {"en": "Well."},
        "quotes": [],
        "data": {},
        "members": [],
    }
    findings = [
        {**base, "id": "hello", "criterion": "contains", "title": {"en": "Says hello"}, "visibility": "public",
         "status": "pass", "score": 1.0},
        {**base, "id": "secret-check", "criterion": "forbidden", "title": {"en": HIDDEN}, "visibility": "hidden",
         "status": "fail", "score": 0.0, "feedback": {"en": SECRET}},
    ]  # fmt: skip
    Score.objects.create(
        attempt=row,
        origin="auto",
        value=0.5,
        points=5,
        findings=findings,
        rubric=row.exercise.rubric,
        grader_version="1",
    )
    now = timezone.now()
    Attempt.objects.filter(pk=attempt).update(
        state="graded", answer={}, submitted_at=now, graded_at=now, released_at=now if released else None
    )


def test_mark_is_hidden_until_it_is_released(client: Client, attempt: str) -> None:
    give_mark(attempt, released=False)

    assert client.get(f"/api/v1/attempts/{attempt}/score/").json() == {
        "state": "graded", "released": False, "score": None,
    }  # fmt: skip


def test_released_mark_has_reasons_without_hidden_ones(client: Client, attempt: str) -> None:
    give_mark(attempt, released=True)

    answer = client.get(f"/api/v1/attempts/{attempt}/score/")
    score = answer.json()["score"]

    assert (score["value"], score["points"], score["human"], score["decided_by"]) == (0.5, 5.0, False, None)
    assert next(finding["score"] for finding in score["findings"]) == 1.0
    assert SECRET not in answer.content.decode()
    assert HIDDEN not in answer.content.decode()


def test_instructor_reads_everything(attempt: str, place: Place, program: Program) -> None:
    give_mark(attempt, released=False)
    client = program(make_instructor(course=place.course, username="ines"))

    assert client.get(f"/api/v1/attempts/{attempt}/").json()["student"] == "alice"
    assert client.get(f"/api/v1/attempts/{attempt}/score/").json()["score"]["value"] == 0.5
    assert post(client, f"attempts/{attempt}/runs/", {"text": "I help"}).status_code == 403


def test_other_students_attempts_do_not_exist(client: Client, attempt: str, place: Place, program: Program) -> None:
    run = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}).json()["id"]
    bob = program(make_student(course=place.course, username="bob"))
    reads = [f"attempts/{attempt}/", f"attempts/{attempt}/runs/{run}/", f"attempts/{attempt}/score/",
             f"attempts/{attempt}/events/", f"attempts/{uuid.uuid4()}/"]  # fmt: skip
    writes = [f"attempts/{attempt}/runs/", f"attempts/{attempt}/runs/{run}/stop/", f"attempts/{attempt}/submit/"]

    answers = [bob.get(f"/api/v1/{address}") for address in reads]
    answers += [post(bob, address, {"text": "mine now"}) for address in writes]
    answers.append(bob.put(f"/api/v1/attempts/{attempt}/draft/", {}, "application/json"))

    assert [answer.status_code for answer in answers] == [404] * 9
    assert len({answer.content for answer in answers}) == 1
    assert Job.objects.count() == 1


def test_run_of_another_attempt_is_not_reached_through_ones_own(
    client: Client, attempt: str, place: Place, program: Program, alice: User
) -> None:
    run = post(client, f"attempts/{attempt}/runs/", {"text": "Hello!"}).json()["id"]
    bob = program(make_student(course=place.course, username="bob"))
    own = bob.post(f"{place.address}attempts/").json()["id"]

    assert bob.get(f"/api/v1/attempts/{own}/runs/{run}/").status_code == 404
    assert post(bob, f"attempts/{own}/runs/", {"text": "Hi", "parent": run}).status_code == 422
