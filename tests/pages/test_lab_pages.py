"""The pages of a decoding lab: by plain forms, and in a browser where sliders redraw real distributions."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from athanor.accounts.models import User
from courses.attempts import services
from courses.attempts.models import Attempt
from tests.pages.conftest import School
from tests.pages.html import problems_of
from tests.pages.labs import QUESTIONS, SCHEMA, asked, compute, computed, lab, stepped
from tests.pages.site import serving
from tests.pages.test_in_browser import grave_violations
from workers.decoding.outline import Outline
from workers.scheduling.models import Job
from workers.scheduling.states import State

As = Callable[[User | None], Client]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_of_step_is_shown(language: str, school: School, as_: As) -> None:
    User.objects.update(language=language)
    spec = {"student_schema": True, "student_stop": True, "bias": 2, "questions": QUESTIONS}
    exercise, client = lab(school.exercise.module, **spec), as_(school.student)
    address = school.address.replace("hello", exercise.slug)
    pages = [client.get(address).content.decode()]

    look = stepped(school.student, exercise, schema_text=json.dumps(SCHEMA))
    chosen = stepped(school.student, exercise, parent=str(look.pk), choose="96")
    walk = stepped(school.student, exercise, tool="walk", parent=str(chosen.pk))
    split = stepped(school.student, exercise, tool="tokenize", text="one two")
    asked(school.student, exercise)
    pages += [client.get(f"{address}?leaf={run.pk}").content.decode() for run in (look, walk, split)]
    pages.append(client.get(f"{address}?confirm=1").content.decode())

    assert [problems_of(page) for page in pages] == [[]] * 5
    assert pages[1].count("data-distribution") >= 2  # free, and under the schema
    assert "bar-forbidden" in pages[1]
    assert pages[2].count("<table") == 2
    assert "␣" in pages[3]
    assert "data-active" in pages[4]


def test_step_answers_and_hand_in_work_without_scripts(school: School, as_: As) -> None:
    exercise, client = (
        lab(school.exercise.module, prompt="Is it?", hand_in="questions", questions=QUESTIONS),
        as_(school.student),
    )
    address = school.address.replace("hello", exercise.slug)
    begun = client.post(address, {"go": "look", "temperature": "0,5"})
    [job] = Job.objects.filter(key__startswith="run:", request__task="predict")
    compute(job)
    run = exercise.attempts.get().runs.get()
    page = client.get(begun["Location"].partition("#")[0]).content.decode()
    again = client.post(f"/attempts/{run.attempt_id}/runs/", {"go": f"look:{run.pk}:100"})

    given = {"q.ids": "80 76", "q.best": "100", "q.mask": ["{", '{"'], "leaf": str(run.pk)}
    kept = client.post(f"/attempts/{run.attempt_id}/draft/", {**given, "confirm": "1"})
    sure = client.get(kept["Location"]).content.decode()
    client.post(f"/attempts/{run.attempt_id}/submit/", given)
    for waiting in Job.objects.filter(key__startswith="question:"):
        compute(waiting)
    services.collect(run.attempt_id)
    result = client.get(f"/attempts/{run.attempt_id}/").content.decode()
    review = as_(school.grader).get(f"/review/{run.attempt_id}/").content.decode()

    assert job.request["sampler"]["temperature"] == 0.5
    assert f"look:{run.pk}:100" in page
    assert again.status_code == 302
    assert sure.count(" checked>") == 2
    assert 'value="80 76"' in sure
    attempt = Attempt.objects.get(pk=run.attempt_id)
    assert attempt.state == Attempt.State.GRADED
    assert attempt.scores.get().value == pytest.approx(1)
    assert [problems_of(text) for text in (sure, result, review)] == [[], [], []]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"go": "look", "text": ""}, "Write a text first."),
        ({"go": "tokenize", "split": "x" * 100_000}, "at most 8,000 are allowed"),
        ({"go": "tokenize", "ids": "3 <b>"}, "“&lt;b&gt;” is not a token id"),
        ({"go": "look", "text": "a", "schema_text": '{"enum": []}'}, "No answer can fit this schema"),
        ({"go": "look", "text": "a", "bias": "Paris"}, "This line of the bias cannot be read"),
        ({"go": "dream", "text": "a"}, "does not offer that tool"),
    ],
)
def test_refusal_is_said_and_what_was_typed_stays(fields: dict[str, str], said: str, school: School, as_: As) -> None:
    exercise = lab(school.exercise.module, student_schema=True, bias=1)
    response = as_(school.student).post(
        school.address.replace("hello", exercise.slug), {"temperature": "0.3", **fields}
    )
    page = response.content.decode()

    assert response.status_code == 422
    assert said in page
    assert 'value="0.3"' in page
    assert problems_of(page) == []


def test_a_server_that_tells_only_its_best_says_so(school: School, as_: As) -> None:
    exercise = lab(school.exercise.module)
    run = asked(school.student, exercise)
    computed(run, complete=False, vocabulary=None)
    page = as_(school.student).get(school.address.replace("hello", exercise.slug)).content.decode()
    assert "only its 20 best candidates" in page

    Job.objects.filter(pk=run.job_id).update(
        state=State.FAILED, result=None, error={"code": "unknown_token", "facts": {"token": 4000, "last": 2047}}
    )
    page = as_(school.student).get(school.address.replace("hello", exercise.slug)).content.decode()
    assert "4000 is no token of this model: its ids go from 0 to 2047." in page


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


def bars(page: Page) -> list[float]:
    values: list[float] = page.locator("[data-bar]").evaluate_all("bars => bars.map((bar) => bar.value)")
    return values


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_sliders_redraw_and_tokens_are_chosen_in_place(school: School, page: Page, site: str) -> None:
    exercise = lab(school.exercise.module, prompt="Is it?", questions=QUESTIONS[:1])
    run = stepped(school.student, exercise)
    client = Client()
    client.force_login(school.student)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(site + school.address.replace("hello", exercise.slug))

    step = run.job.result["traces"][0]["steps"][0]  # type: ignore[index]
    outline = Outline([each["logprob"] for each in step["candidates"]], step["tail"])
    for temperature in ("0.5", "1.7"):
        page.locator("[data-slider][name=temperature]").fill(temperature)
        shares, _rest = outline.at(float(temperature))
        assert bars(page) == pytest.approx(shares, abs=1e-6)
        expect(page.locator("[data-sums]")).to_contain_text(f"{outline.entropy(float(temperature)):.2f} bits")
    page.locator("[data-slider][name=top_p]").fill("0.5")
    kept = outline.nucleus(1.7, 0.5)
    assert (
        sum(value > 0 for value in page.locator("[data-bar]").evaluate_all("bars => bars.map((bar) => bar.value)"))
        == kept
    )
    assert complaints == []  # before axe, whose own styles the policy refuses
    assert grave_violations(page) == []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert grave_violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})

    page.locator(".token-button").nth(1).click()
    expect(page.locator(".lab-turn[data-active]")).to_have_count(1)
    job = exercise.attempts.get().runs.latest("created_at").job
    assert job.request["sampler"]["temperature"] == 1.7  # the rule that was found with the sliders holds
    assert len(job.request["after"]) == 1
    compute(job)
    page.reload()
    expect(page.locator(".lab-turn")).to_have_count(2)
    page.locator("#answer-ids").fill("97")
    page.locator("#hand-in").click()
    page.locator("#submit-dialog button[formaction]").click()
    page.wait_for_url("**/attempts/**")
    attempt = Attempt.objects.get(exercise=exercise)
    newest = attempt.runs.latest("created_at")
    assert attempt.answer is not None
    assert (attempt.answer["answers"], attempt.answer["leaf"]) == ({"ids": ["97"]}, str(newest.pk))
