"""Pages in a real browser: themes, languages, the keyboard, streams that break. (All pages: `test_look_at_all`.)"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route, expect

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Run
from courses.regrade.models import Regrade
from courses.review.services import decide
from tests.courses.regrade.together import change_rubric, finish
from tests.factories import make_exercise
from tests.pages.conftest import School
from tests.pages.site import serving
from tests.pages.work import answer, asked
from workers.backends.backend import Delta
from workers.events.connection import async_client
from workers.events.publish import publish
from workers.events.whisper import Whisper
from workers.scheduling.models import Job
from workers.scheduling.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def open_as(page: Page, site: str) -> Callable[[User | None, str], Page]:
    """Open an address, signed in as somebody; what the browser complains about fails the test."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    def open_(user: User | None, address: str) -> Page:
        page.goto("about:blank")  # what the page before still has to say, and what axe did to it, comes now
        complaints.clear()
        page.context.clear_cookies()
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        page.goto(site + address)
        assert [line for line in complaints if "404" not in line] == []
        return page

    return open_


Open = Callable[[User | None, str], Page]


def grave_violations(page: Page) -> list[Any]:
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"][:3]])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def test_theme_changes_at_once_and_stays(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, "/")
    page.locator("[data-menu] summary").click()
    with page.expect_response("**/preferences/theme/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_language_changes_and_stays_with_the_person(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, "/queue/")
    page.get_by_role("button", name="Français").click()

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_have_text("File d’attente")
    assert User.objects.get(pk=school.student.pk).language == "fr"


def test_unsent_words_survive_a_reload(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, school.address)
    page.locator("#text").fill("half a thought")

    page.reload()

    expect(page.locator("#text")).to_have_value("half a thought")


def test_unsent_words_are_not_shown_to_the_next_person_at_the_device(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, school.address)
    page.locator("#text").fill("my secret plan")

    open_as(school.instructor, school.address)

    expect(page.locator("#text")).to_have_value("")


def test_first_message_is_not_offered_again_as_a_draft(school: School, open_as: Open, page: Page) -> None:
    exercise = make_exercise(module=school.exercise.module, slug="fresh")
    open_as(school.student, school.address.replace("hello", exercise.slug))
    page.locator("#text").fill("My first words")
    page.locator("#send").click()

    expect(page.locator("[data-said]")).to_have_text("My first words")
    expect(page.locator("#text")).to_have_value("")


def test_unsent_words_reach_the_server(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, school.address)
    with page.expect_response("**/draft/") as response:
        page.locator("#text").fill("half a thought")

    assert response.value.status == 204
    assert Attempt.objects.get(pk=school.working.pk).draft["text"] == "half a thought"


def test_grader_decides_with_the_keyboard_alone(school: School, open_as: Open, page: Page) -> None:
    open_as(school.grader, "/review/?filter=all")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{school.marked.pk}/**")
    page.keyboard.press("j")
    page.keyboard.press("2")
    page.keyboard.press("r")
    page.keyboard.type("Half of it.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    decided = school.marked.scores.get(origin="human")
    assert (decided.value, decided.reason, decided.decided_by) == (0.5, "Half of it.", school.grader)


def test_regrade_is_previewed_applied_and_rolled_back(school: School, open_as: Open, page: Page) -> None:
    change_rubric(school.exercise, "moon")
    open_as(school.instructor, "/regrades/")
    page.get_by_label("Exercise", exact=True).select_option(str(school.exercise.pk))
    page.get_by_label("Note to the students").fill("The moon was meant.")
    assert grave_violations(page) == []
    page.get_by_role("button", name="Compute the preview").click()
    expect(page.locator("#regrade")).to_have_attribute("data-state", "previewing")
    regrade = finish(Regrade.objects.get())

    expect(page.locator("#regrade")).to_have_attribute("data-state", "ready")  # the page renews itself
    expect(page.locator("#regrade")).to_contain_text("1 mark moves.")
    assert grave_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert [score.value for score in school.marked.scores.all()] == [1.0]
    page.get_by_role("button", name="Apply it").click()
    finish(regrade)
    expect(page.locator("#regrade")).to_have_attribute("data-state", "applied")
    assert [score.value for score in school.marked.scores.all()] == [1.0, 0.0]
    address = page.url

    open_as(school.student, "/notices/")
    expect(page.locator("main")).to_contain_text("The moon was meant.")
    open_as(school.student, f"/attempts/{school.marked.pk}/")
    expect(page.locator(".quote").first).to_contain_text("The moon was meant.")
    expect(page.locator("main")).to_contain_text("0 %")

    open_as(school.instructor, urlsplit(address).path)
    page.get_by_role("button", name="Roll back").click()
    finish(regrade)
    expect(page.locator("#regrade")).to_have_attribute("data-state", "reverted")
    assert [score.value for score in school.marked.scores.all()] == [1.0, 0.0, 1.0]
    open_as(school.student, f"/attempts/{school.marked.pk}/")
    expect(page.locator(".quote").first).to_contain_text("The moon was meant.")


# --- the stream ---------------------------------------------------------------------------------------------------


def run_async(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """On an event loop of another thread: Playwright's own occupies this one."""
    failed: list[BaseException] = []

    async def whole() -> None:
        try:
            await work()
        finally:
            await async_client().aclose()

    def body() -> None:
        try:
            asyncio.run(whole())
        except BaseException as error:  # told to the test's own thread below
            failed.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert failed == []


def whisper(run: Run, epoch: int, *pieces: str) -> None:
    async def work() -> None:
        told = Whisper(channel=run.attempt.channel, job=str(run.job_id), epoch=epoch)
        await told.start()
        for piece in pieces:
            told.add(Delta(text=piece))
            await asyncio.sleep(0.05)
        await told.close()

    run_async(work)


def begin(run: Run) -> None:
    Job.objects.filter(pk=run.job_id).update(state=State.RUNNING)


def tell_end(run: Run) -> None:
    data = {"job": str(run.job_id), "state": "done", "epoch": 1}
    publish(channel=run.attempt.channel, type="job", data=data)


@pytest.fixture
def writing(school: School, open_as: Open, page: Page) -> Run:
    """A turn that the model is about to answer, with the page open."""
    run = asked(school.student, school.exercise, "Go on.", parent=school.run)
    begin(run)
    open_as(school.student, school.address)
    expect(page.locator(f"[data-run='{run.pk}']")).to_be_visible()
    page.wait_for_timeout(200)  # the stream opens
    return run


def test_text_arrives_whole_whatever_its_characters(writing: Run, page: Page) -> None:
    pieces = ["Un 👩‍🚀 ", "et 🇫🇷, ", "<b>data: [DONE]</b>\n\n", "fin."]

    whisper(writing, 1, *pieces)

    expect(page.locator(f"[data-run='{writing.pk}'] [data-answer]")).to_have_text("".join(pieces), use_inner_text=True)


def test_retry_begins_the_text_again(writing: Run, page: Page) -> None:
    whisper(writing, 1, "First ", "try")
    live = page.locator(f"[data-run='{writing.pk}'] [data-answer]")
    expect(live).to_have_text("First try")

    whisper(writing, 2, "Second ", "try")

    expect(live).to_have_text("Second try")


def test_lost_connection_neither_loses_nor_doubles(writing: Run, page: Page) -> None:
    whisper(writing, 1, "one ")
    page.context.set_offline(True)
    page.wait_for_timeout(100)
    page.context.set_offline(False)

    whisper(writing, 2, "one ", "two ", "three")

    expect(page.locator(f"[data-run='{writing.pk}'] [data-answer]")).to_have_text("one two three", timeout=15_000)


def test_finished_answer_replaces_the_stream_and_marks_follow(writing: Run, page: Page) -> None:
    whisper(writing, 1, "**Hello** ", "again")

    answer(writing, "**Hello** again")
    tell_end(writing)

    final = page.locator(f"[data-run='{writing.pk}'] [data-final]")
    expect(final).to_have_text("Hello again")
    expect(final.locator("strong")).to_have_text("Hello")
    expect(page.locator("#checks [data-status='pass']")).to_be_visible()
    expect(page.locator("#composer [name=parent]")).to_have_value(str(writing.pk))
    expect(page.locator("#send")).to_be_enabled()


def test_answer_that_ends_before_its_turn_is_shown_is_not_missed(school: School, open_as: Open, page: Page) -> None:
    def arrive_late(route: Route) -> None:
        response = route.fetch()  # drawn while the question waits
        run = school.working.runs.latest("created_at")
        answer(run, "Hello at once")
        tell_end(run)
        time.sleep(0.2)  # the event overtakes the page
        route.fulfill(response=response)

    open_as(school.student, school.address)
    page.route("**/runs/", arrive_late)
    page.locator("#text").fill("Quick!")
    page.locator("#send").click()

    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last.locator("[data-final]")).to_have_text("Hello at once")


def test_branch_on_the_screen_is_what_is_handed_in(school: School, open_as: Open, page: Page) -> None:
    other = answer(asked(school.student, school.exercise, "Another way."), "Hello, the other way.")
    open_as(school.student, f"{school.address}?leaf={school.run.pk}")
    page.wait_for_timeout(200)  # the stream opens, and old events may come again
    publish(channel=other.attempt.channel, type="run", data={"run": str(other.pk), "job": str(other.job_id)})
    page.wait_for_timeout(200)

    expect(page.locator("[data-said]")).to_have_text("Say hello.")
    page.locator("#hand-in").click()
    page.locator("#submit-form button").click()
    page.wait_for_url("**/attempts/**")

    assert Attempt.objects.values_list("answer__leaf", flat=True).get(pk=school.working.pk) == str(school.run.pk)


def test_sentences_are_announced_not_tokens(writing: Run, page: Page) -> None:
    whisper(writing, 1, "One sen", "tence. ", "And the beg")

    expect(page.locator("#announcer")).to_have_text("One sentence.")


def test_mark_appears_on_the_open_page_when_a_person_changes_it(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, f"/attempts/{school.marked.pk}/")
    expect(page.locator(".score-hero")).to_have_text("10 / 10")
    page.wait_for_timeout(200)  # the stream opens

    decide(attempt=school.marked, grader=school.grader, value=0.75, reason="Too short.")

    expect(page.locator(".score-hero")).to_have_text("7.5 / 10")
    expect(page.locator(".decision blockquote")).to_have_text("Too short.")
    expect(page.get_by_role("status").filter(has_text="The mark is here.")).to_be_attached()


def test_workspace_fills_the_window_and_no_more(school: School, open_as: Open, page: Page) -> None:
    page.set_viewport_size({"width": 1100, "height": 500})
    open_as(school.student, school.address)

    assert page.evaluate("document.documentElement.scrollHeight") == 500
