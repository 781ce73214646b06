"""Bad input: a clear sentence in the person's language, the right status, and nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from tests.pages.conftest import School
from tests.pages.html import problems_of
from workers.scheduling.models import Allowance, Spending

As = Callable[[User | None], Client]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def send(client: Client, school: School, text: str, **more: Any) -> Any:
    return client.post(f"/attempts/{school.working.pk}/runs/", {"text": text, **more})


def test_empty_message_is_refused_in_french(school: School, as_: As) -> None:
    User.objects.filter(pk=school.student.pk).update(language="fr")

    response = send(as_(school.student), school, "   ")

    assert response.status_code == 422
    assert response.content.decode().count("Écrivez d&#x27;abord un message.") == 1


def test_too_long_message_is_refused_and_kept(school: School, as_: As) -> None:
    text = "long " * 3000

    response = send(as_(school.student), school, text)

    assert response.status_code == 422
    page = response.content.decode()
    assert page.count(text) == 1
    assert page.count("at most 8,000 are allowed") == 1
    assert school.working.runs.count() == 1


def test_megabyte_message_is_refused_without_harm(school: School, as_: As) -> None:
    assert send(as_(school.student), school, "x" * 1_000_000).status_code == 422


def test_body_over_the_limit_is_too_large(school: School, as_: As) -> None:
    client = as_(school.student)
    client.raise_request_exception = False

    response = send(client, school, "x" * 3_000_000)

    assert response.status_code == 413


def test_option_outside_its_range_is_refused_and_kept(school: School, as_: As) -> None:
    response = send(as_(school.student), school, "Hello?", temperature="9")

    assert response.status_code == 422
    assert response.content.decode().count('value="9"') == 1


def test_option_that_is_no_number_is_refused(school: School, as_: As) -> None:
    assert send(as_(school.student), school, "Hello?", temperature="warm").status_code == 422


def test_fetch_gets_only_the_sentence(school: School, as_: As) -> None:
    client = as_(school.student)

    response = client.post(f"/attempts/{school.working.pk}/runs/", {"text": ""}, headers={"X-Requested-With": "fetch"})

    assert response.status_code == 422
    assert response.content.decode().count("<html") == 0
    assert response.content.decode().count("Write a message first.") == 1


def test_too_many_questions_say_when_to_come_back(school: School, as_: As, settings: Settings) -> None:
    settings.JOBS_QUEUED_PER_STUDENT = 1
    client = as_(school.student)
    assert send(client, school, "One.").status_code == 302

    response = send(client, school, "Two.")

    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert response.content.decode().count("Two.") == 1


def test_used_quota_says_so_and_what_is_left_is_shown(school: School, as_: As) -> None:
    Spending.objects.all().delete()  # of what the fixtures asked
    Allowance.objects.create(group=f"course:{school.course.pk}", person_tokens=40)
    User.objects.filter(pk=school.student.pk).update(language="fr")
    client = as_(school.student)
    assert send(client, school, "Un.").status_code == 302  # reserves more than there is

    response = send(client, school, "Deux.")

    page = response.content.decode()
    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert page.count("Vous avez utilisé tout ce que vous pouvez aujourd’hui dans ce cours (40 jetons).") == 1
    assert page.count("Deux.") == 1
    shown = client.get(f"/attempts/{school.working.pk}/checks/").content.decode()
    assert '<progress value="0" max="40"' in shown
    assert problems_of(shown) == []


def test_closed_exercise_refuses_and_keeps_what_was_typed(school: School, as_: As) -> None:
    school.exercise.closes_at = timezone.now()
    school.exercise.save()

    response = send(as_(school.student), school, "One more.")

    assert response.status_code == 409
    assert response.content.decode().count("One more.") == 1


def test_used_up_attempts_are_said_on_the_page(school: School, as_: As) -> None:
    school.exercise.attempt_limit = 1
    school.exercise.save()
    Attempt.objects.filter(pk=school.working.pk).delete()
    client = as_(school.student)

    assert client.get(school.address).content.decode().count("All attempts are used") == 1
    assert client.post(school.address, {"text": "Again?"}).status_code == 409


def test_handing_in_twice_gives_the_same_attempt(school: School, as_: As) -> None:
    client = as_(school.student)
    sent = {"leaf": str(school.run.pk), "key": "one"}

    first = client.post(f"/attempts/{school.working.pk}/submit/", sent)
    second = client.post(f"/attempts/{school.working.pk}/submit/", sent)

    assert first["Location"] == second["Location"] == f"/attempts/{school.working.pk}/"


def test_foreign_run_cannot_be_handed_in(school: School, as_: As) -> None:
    leaf = school.marked.runs.get().pk

    response = as_(school.student).post(f"/attempts/{school.working.pk}/submit/", {"leaf": str(leaf)})

    assert response.status_code == 422


def test_draft_that_is_no_json_is_refused(school: School, as_: As) -> None:
    response = as_(school.student).post(
        f"/attempts/{school.working.pk}/draft/", "{nope", content_type="application/json"
    )

    assert response.status_code == 400


def test_draft_is_found_again(school: School, as_: As) -> None:
    client = as_(school.student)
    response = client.post(
        f"/attempts/{school.working.pk}/draft/", {"text": "half a thought"}, content_type="application/json"
    )

    assert response.status_code == 204
    assert client.get(school.address).content.decode().count("half a thought") == 1


@pytest.mark.parametrize("place", ["question", "answer", "draft"])
def test_markup_is_shown_never_run(place: str, school: School, as_: As) -> None:
    client = as_(school.student)
    if place == "question":
        send(client, school, SCRIPT)
    if place == "answer":
        result = {"task": "chat", "text": SCRIPT, "finish": "stop"}
        type(school.run.job).objects.filter(pk=school.run.job_id).update(result=result)
    if place == "draft":
        client.post(f"/attempts/{school.working.pk}/draft/", {"text": SCRIPT}, content_type="application/json")

    page = client.get(school.address).content.decode()

    assert page.count("alert(1)") >= 1
    assert page.count("<script>alert") == 0
    assert page.count("<img") == 0
    assert problems_of(page) == []


def test_wrong_join_code_is_said_beside_the_field(school: School, as_: As) -> None:
    response = as_(school.stranger).post("/join/", {"code": "NOPE2345"})

    assert response.status_code == 422
    assert response.content.decode().count("No course has this code.") == 1


def test_guessing_codes_is_stopped(school: School, as_: As) -> None:
    client = as_(school.stranger)
    answers = [client.post("/join/", {"code": f"WRONG{n:03}"}) for n in range(11)]

    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) >= 1


def test_right_join_code_opens_the_course(school: School, as_: As) -> None:
    code = f"{school.course.join_code[:4]}-{school.course.join_code[4:]}".lower()

    response = as_(school.stranger).post("/join/", {"code": code})

    assert response["Location"] == f"/courses/{school.course.slug}/"


def test_mark_outside_the_range_is_refused_and_kept(school: School, as_: As) -> None:
    response = as_(school.grader).post(f"/review/{school.marked.pk}/", {"points": "99", "reason": "Generous."})

    assert response.status_code == 422
    assert response.content.decode().count("Generous.") == 1


def test_page_that_is_not_there_says_what_to_do(school: School, as_: As) -> None:
    response = as_(school.student).get("/nowhere/")

    assert response.status_code == 404
    assert response.content.decode().count("To my courses") == 1


def test_forged_form_gets_our_own_page(school: School) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(school.student)

    response = client.post("/join/", {"code": "ABCD2345"})

    assert response.status_code == 403
    assert response.content.decode().count("This form was open for too long") == 1


def test_key_is_shown_once(school: School, as_: As) -> None:
    client = as_(school.student)

    fresh = client.post("/account/keys/", {"name": "laptop"})

    assert fresh["Cache-Control"].count("no-store") == 1
    [key] = set(re.findall(r"ath_[\w-]{20,}", fresh.content.decode()))
    assert client.get("/account/keys/").content.decode().count(key) == 0
