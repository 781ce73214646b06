"""Every address of the site is opened with the right person. A new address without an entry here fails."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from athanor.accounts.models import User
from athanor.web.urls import urlpatterns
from courses.regrade.services import prepare
from tests.factories import make_exercise
from tests.pages import images
from tests.pages.conftest import School
from tests.pages.html import problems_of
from workers.scheduling.models import Job

As = Callable[[User | None], Client]


@dataclass(frozen=True)
class Visit:
    who: str | None
    arguments: Callable[[School], list[Any]] = field(default=lambda school: [])
    method: str = "get"
    status: int = 200
    data: Callable[[School], dict[str, str]] = field(default=lambda school: {})


def place(school: School) -> list[Any]:
    return [school.course.slug, school.exercise.module.slug, school.exercise.slug]


def working(school: School) -> list[Any]:
    return [school.working.pk]


def run(school: School) -> list[Any]:
    return [school.working.pk, school.run.pk]


def marked(school: School) -> list[Any]:
    return [school.marked.pk]


def server(school: School) -> list[Any]:
    return [school.server.pk]


def picture(school: School) -> list[Any]:
    run = images.painted(images.asked(school.student, images.image_exercise(school.exercise.module)))
    return [run.attempt_id, images.digest_of(run)]


def exhibit(school: School) -> list[Any]:
    return [*place(school)[:2], images.image_exercise(school.exercise.module).slug, "target-0"]


def regraded(school: School) -> list[Any]:
    return [prepare(exercise=school.exercise, by=school.instructor, note="Look again.").pk]


VISITS = {
    "home": Visit("student"),
    "join": Visit("student"),
    "join_with_code": Visit("student", lambda school: [school.course.join_code]),
    "course": Visit("student", lambda school: [school.course.slug]),
    "lesson": Visit("student", lambda school: [school.course.slug, school.lesson.module.slug, school.lesson.slug]),
    "asset": Visit("student", lambda school: [school.course.slug, "diagrams/tokens.svg"]),
    "course_schema": Visit(None, lambda school: ["exercise.json"]),
    "exercise": Visit("student", place),
    "issue_certificate": Visit("student", lambda school: [school.course.slug], "post", 302),
    "certificate": Visit(None, lambda school: [school.certificate.code]),
    "certificate_pdf": Visit("student", lambda school: [school.certificate.code]),
    "attempt": Visit("student", marked),
    "runs": Visit("student", working, "post", 302, lambda school: {"text": "Again, please."}),
    "run": Visit("student", run),
    "stop_run": Visit("student", run, "post", 302),
    "thread": Visit("student", working),
    "draft": Visit("student", working, "post", 302, lambda school: {"text": "half a"}),
    "notes": Visit("student", working),
    "submit": Visit("student", working, "post", 302, lambda school: {"leaf": str(school.run.pk)}),
    "checks": Visit("student", working),
    "status": Visit("student", marked),
    "picture": Visit("student", picture),
    "thumbnail": Visit("student", picture),
    "exhibit": Visit("student", exhibit),
    "attempt_events": Visit(None, working, status=401),  # the stream itself: test_live
    "queue": Visit("student"),
    "servers": Visit("administrator"),
    "probe_server": Visit("administrator", server, "post", 302),
    "try_server": Visit("administrator", server, "post", 302),
    "pause_server": Visit("administrator", server, "post", 302, lambda school: {"paused": "yes"}),
    "review": Visit("grader"),
    "review_attempt": Visit("grader", marked),
    "release_mark": Visit("grader", marked, "post", 302),
    "claim": Visit("grader", marked, "post", 204),
    "regrades": Visit("instructor"),
    "regrade": Visit("instructor", regraded),
    "act_on_regrade": Visit("instructor", regraded, "post", 302, lambda school: {"do": "cancel"}),
    "gradebook": Visit("grader", lambda school: [school.course.slug]),
    "gradebook_file": Visit("grader", lambda school: [school.course.slug, "csv"]),
    "exercise_statistics": Visit("grader", place),
    "account": Visit("student"),
    "keys": Visit("student"),
    "personal_data": Visit("student"),
    "download_data": Visit("student"),
    "revoke_key": Visit("student", lambda school: [school.key.pk], "post", 302),
    "set_language": Visit(None, method="post", status=302, data=lambda school: {"language": "fr"}),
    "set_theme": Visit(None, method="post", status=302, data=lambda school: {"theme": "dark"}),
    "demo_login": Visit(None, lambda school: ["forged"], status=404),
}  # fmt: skip
PUBLIC = {"certificate", "course_schema", "set_language", "set_theme", "demo_login", "attempt_events"}


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
             "exercise", "asset", "review_attempt", "release_mark", "claim", "revoke_key", "gradebook",
             "gradebook_file", "exercise_statistics"]  # fmt: skip


@pytest.mark.parametrize("name", OF_OTHERS)
def test_page_of_others_does_not_exist(name: str, school: School, as_: As) -> None:
    response = open_(as_(school.stranger), name, school)

    assert response.status_code == 404
    assert school.exercise.title["en"] not in response.content.decode()


OF_THE_STAFF = ["review_attempt", "servers", "review", "probe_server", "gradebook", "gradebook_file",
                "exercise_statistics"]  # fmt: skip


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
