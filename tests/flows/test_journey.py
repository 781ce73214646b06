"""A student, a grader and the student again, in a real browser on the whole site."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.flows.slow import ANSWER
from tests.flows.stack import ROOT, Stack

pytestmark = [pytest.mark.services, pytest.mark.browser, pytest.mark.xdist_group("flows")]

SHOTS = ROOT / "var" / "shots"
PATIENCE = 30_000  # milliseconds, for a machine that does other things, too
EXERCISE = "/courses/prompting-basics/first-steps/exercises/contact-card/"
REASON = "The keys are right; I count the missing city as a slip."


def sign_in(page: Page, stack: Stack, role: str) -> None:
    page.goto(stack.accounts()[role]["login_url"])
    expect(page).to_have_url(f"{stack.url}/")


def shoot(page: Page, name: str) -> None:
    """Keep what a person would see, to be looked at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def send(page: Page, text: str) -> Locator:
    """Send a message; return the newest turn."""
    turns = page.locator("section.turn")
    before = turns.count()
    page.locator("#text").fill(text)
    page.locator("#send").click()
    expect(turns).to_have_count(before + 1, timeout=PATIENCE)
    return turns.last


def test_student_gets_a_mark_grader_overrides_it_student_sees_who_and_why(
    browser: Browser, page: Page, stack: Stack
) -> None:
    page.set_default_timeout(PATIENCE)
    sign_in(page, stack, "student")
    shoot(page, "1-home")
    page.goto(stack.url + EXERCISE)
    turn = send(page, "Write a JSON object with name, age and city. Marie Dupont is 34 years old and lives in Lyon.")
    expect(turn).to_have_attribute("data-state", "done", timeout=PATIENCE)
    expect(page.locator("#text")).to_have_value("")
    shoot(page, "2-exercise")

    page.locator("#hand-in").click()
    expect(page.locator("#submit-dialog")).to_be_visible()
    page.locator("#submit-form button").click()
    page.wait_for_url(re.compile(r"/attempts/"))
    attempt = page.url
    expect(page.locator("[data-released]")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("marked automatically")).to_be_visible()
    assert page.locator(".criteria > .criterion").count() >= 2
    assert page.locator(".criterion .criterion-more p").first.inner_text() != ""
    shoot(page, "3-mark")

    decide_as_grader(browser, stack, attempt)

    page.reload()
    expect(page.get_by_text("decided by a person")).to_be_visible()
    expect(page.locator(".decision blockquote")).to_have_text(REASON)
    expect(page.locator(".decision")).to_contain_text("Gray Grader")
    expect(page.locator(".decision")).to_contain_text("15")
    shoot(page, "5-decided")


def decide_as_grader(browser: Browser, stack: Stack, attempt: str) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    sign_in(page, stack, "grader")
    page.goto(attempt.replace("/attempts/", "/review/"))
    expect(page.locator("#decision")).to_be_visible()
    shoot(page, "4-review")
    page.locator("#points").fill("15")
    page.locator("#reason").fill(REASON)
    page.get_by_role("button", name="Save the decision").click()
    page.wait_for_url(lambda url: attempt.rstrip("/").rpartition("/")[2] not in url)  # on to the next piece
    page.wait_for_load_state()
    page.goto(attempt.replace("/attempts/", "/review/"))
    expect(page.locator(".review-panel .quote").first).to_contain_text(REASON)
    context.close()


def test_words_arrive_one_after_another_and_survive_a_reload(page: Page, stack: Stack, slow_course: str) -> None:
    assert slow_course
    page.set_default_timeout(PATIENCE)
    sign_in(page, stack, "student")
    page.goto(f"{stack.url}/courses/slow/m/exercises/talk/")
    turn = send(page, "Count, please.")
    live = turn.locator("[data-answer]")
    expect(live).to_contain_text("5 6")
    expect(live).not_to_contain_text("30")
    shoot(page, "streaming")

    page.reload()

    expect(live).to_contain_text("10 11")
    expect(turn).to_have_attribute("data-state", "done", timeout=PATIENCE)
    expect(turn.locator("[data-final]")).to_have_text(ANSWER)


def test_stop_keeps_what_was_written(page: Page, stack: Stack, slow_course: str) -> None:
    assert slow_course
    page.set_default_timeout(PATIENCE)
    sign_in(page, stack, "student")
    page.goto(f"{stack.url}/courses/slow/m/exercises/talk/")
    turn = send(page, "Count again, please.")
    expect(turn.locator("[data-answer]")).to_contain_text("3 4")

    turn.locator("[data-stop-form] button").click()

    expect(turn).to_have_attribute("data-state", "cancelled", timeout=PATIENCE)
    written = turn.locator("[data-final]").inner_text()
    assert written.startswith("0 1 2 3 4")
    assert written != ANSWER
