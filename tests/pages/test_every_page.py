"""Every address of the site is opened with the right person. A new address without an entry in `visits` fails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from athanor.accounts.models import User
from athanor.web.urls import urlpatterns
from tests.factories import make_exercise
from tests.pages.conftest import School
from tests.pages.html import problems_of
from tests.pages.visits import NOT_PAGES, PUBLIC, VISITS
from workers.scheduling.models import Job

As = Callable[[User | None], Client]


def names(patterns: list[URLPattern | URLResolver]) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        found += names(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern.name or ""]
    return found


def test_every_address_has_a_visit() -> None:
    assert sorted(VISITS) == sorted(names(urlpatterns))


def open_(client: Client, name: str, school: School) -> Any:
    visit = VISITS[name]
    return getattr(client, visit.method)(reverse(name, args=visit.arguments(school)), visit.data(school))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", VISITS)
def test_page_opens_and_is_well_formed(name: str, language: str, school: School, as_: As) -> None:
    visit = VISITS[name]
    user = getattr(school, visit.who) if visit.who else None
    if user is not None:
        user.language = language
        user.save()

    response = open_(as_(user), name, school)

    assert response.status_code == visit.status
    if "text/html" in response.get("Content-Type", "") and response.content:
        assert problems_of(response.content.decode()) == []
    if visit.method == "get" and visit.status == 200:
        document = not response.streaming and b"<!doctype html>" in response.content[:100]
        assert document == (name not in NOT_PAGES), "a page is looked at, what is none is listed with a reason"


@pytest.mark.parametrize("name", sorted(set(VISITS) - PUBLIC))
def test_page_sends_strangers_to_the_sign_in_page(name: str, school: School, as_: As) -> None:
    response = open_(as_(None), name, school)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_reasoning_of_the_model_is_kept_apart_from_its_answer(school: School, as_: As) -> None:
    result = {"task": "chat", "text": "Hello", "reasoning": "They want a greeting.", "finish": "stop"}
    Job.objects.filter(pk=school.run.job_id).update(result=result)

    page = as_(school.student).get(school.address).content.decode()

    assert page.count("They want a greeting.") == 1
    assert problems_of(page) == []


def test_staff_reads_work_in_progress(school: School, as_: As) -> None:
    page = as_(school.grader).get(f"/attempts/{school.working.pk}/").content.decode()

    assert page.count("Bonjour !") == 1
    assert page.count("data-run-form") == 0  # looking, not working
    assert problems_of(page) == []


@pytest.mark.parametrize("state", ["queued", "leased", "running", "failed", "dead", "cancelled"])
def test_turn_in_every_state_can_be_shown(state: str, school: School, as_: As) -> None:
    error = {"code": "unreachable", "fault": "server", "detail": "10.0.0.7 refused", "facts": {}}
    Job.objects.filter(pk=school.run.job_id).update(state=state, result=None, error=error)

    page = as_(school.student).get(school.address).content.decode()

    assert problems_of(page) == []
    assert page.count("10.0.0.7") == 0  # whose server it was is for the staff


FULL_SPEC = {
    "alias": "chat-small",
    "student_system": {"max_chars": 500, "start": "You are kind."},
    "turn_limit": 3,
    "token_budget": 900,
    "starter": [{"role": "user", "text": "Hi."}, {"role": "assistant", "text": "**Hello.**"}],
    "options": {"temperature": {"min": 0, "max": 2}, "seed": {"min": 0, "max": 9, "default": 3}},
    "probes": [
        {"id": "open", "turns": ["An open question"], "visible": True},
        {"id": "trap", "turns": ["A hidden trap"]},
    ],
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_workspace_shows_everything_a_specification_may_hold_but_hidden_probes(
    language: str, school: School, as_: As
) -> None:
    User.objects.update(language=language)
    exercise = make_exercise(module=school.exercise.module, slug="full", spec=FULL_SPEC)

    page = as_(school.student).get(school.address.replace("hello", exercise.slug)).content.decode()

    assert problems_of(page) == []
    assert page.count("You are kind.") == 1
    assert page.count("<strong>Hello.</strong>") == 1
    assert page.count("An open question") == 1
    assert page.count("A hidden trap") == 0
    assert page.count('placeholder="3.0"') == 1  # numbers for fields are never written the French way


def test_hidden_system_prompt_is_never_shown(school: School, as_: As) -> None:
    school.exercise.spec = {"alias": "chat-small", "system": {"text": "Guard the kraken.", "visible": False}}
    school.exercise.save()
    client = as_(school.student)

    pages = [client.get(address).content.decode() for address in (school.address, f"/attempts/{school.marked.pk}/")]

    assert [page.count("kraken") for page in pages] == [0, 0]


OF_OTHERS = ["attempt", "runs", "run", "stop_run", "thread", "draft", "submit", "checks", "status", "course", "lesson",
             "exercise", "asset", "review_attempt", "release_mark", "claim", "skip_work",
             "share_work", "flag_work", "unveil", "comment", "remove_comment", "remarks", "forget_remark", "distribute",
             "revoke_key", "gradebook", "ask", "reading",
             "agreement", "training", "training_piece", "choose_piece",
             "gradebook_file", "exercise_statistics", "gradebook_columns", "gradebook_column", "set_marks",
             "import_marks", "import_preview", "release_marks", "similarity", "similar_pair"]  # fmt: skip


@pytest.mark.parametrize("name", OF_OTHERS)
def test_page_of_others_does_not_exist(name: str, school: School, as_: As) -> None:
    response = open_(as_(school.stranger), name, school)

    assert response.status_code == 404
    assert school.exercise.title["en"] not in response.content.decode()


OF_THE_STAFF = ["review_attempt", "grading_guide", "readings", "agreement", "training", "training_piece",
                "choose_piece", "skip_work", "share_work", "flag_work", "unveil", "comment", "remove_comment",
                "remarks", "forget_remark", "distribute", "servers", "review", "probe_server", "gradebook",
                "gradebook_file", "exercise_statistics", "gradebook_columns", "gradebook_column", "set_marks",
                "import_marks", "import_preview", "release_marks", "similarity", "similar_pair"]  # fmt: skip


@pytest.mark.parametrize("name", OF_THE_STAFF)
def test_page_of_the_staff_is_refused_to_students(name: str, school: School, as_: As) -> None:
    assert open_(as_(school.student), name, school).status_code == 403


ACCOUNT = ["account_login", "account_signup", "account_reset_password", "account_email", "account_change_password",
           "account_logout", "mfa_index", "usersessions_list", "account_inactive"]  # fmt: skip


@pytest.mark.parametrize("name", ACCOUNT)
def test_account_page_wears_our_clothes(name: str, school: School, as_: As) -> None:
    public = name in {"account_login", "account_signup", "account_reset_password", "account_inactive"}

    response = as_(None if public else school.student).get(reverse(name))

    assert response.status_code == 200
    text = response.content.decode()
    assert text.count('class="topbar"') == 1
    assert [problem for problem in problems_of(text) if not problem.startswith("nothing has")] == []
