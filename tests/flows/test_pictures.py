"""A student makes pictures with the embedded engine, compares them, hands one in and sees why it got its mark."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows.stack import Stack
from tests.flows.test_journey import PATIENCE, shoot, sign_in

pytestmark = [pytest.mark.services, pytest.mark.browser, pytest.mark.xdist_group("flows")]

EXERCISE = "/courses/images-with-sd-turbo/first-pictures/exercises/mountain-at-sunset/"


def generate(page: Page, prompt: str, seed: int, number: int) -> Locator:
    """Make one picture; its place in the gallery, when it is ready."""
    page.locator("#prompt").fill(prompt)
    if not page.locator("#seed").is_visible():
        page.locator(".parameters > summary").click()
    page.locator("#seed").fill(str(seed))
    page.locator("#send").click()
    expect(page.locator(".shot")).to_have_count(number, timeout=PATIENCE)
    shot = page.locator(".gallery .shot").first
    expect(shot).to_have_attribute("data-state", "done", timeout=PATIENCE)
    return shot


def test_student_generates_compares_hands_in_and_is_graded(page: Page, stack: Stack) -> None:
    page.set_default_timeout(PATIENCE)
    sign_in(page, stack, "student")
    page.goto(stack.url + EXERCISE)
    first = generate(page, "a mountain", 1, 1)
    expect(first.locator("img")).to_have_js_property("complete", True)
    second = generate(page, "a mountain at sunset, orange sky", 1, 2)
    expect(page.locator("#checks [data-status=pass]").first).to_be_visible()  # live marks of the newest picture

    for box in page.locator("[name=compare]").all():
        box.check()
    page.locator("#compare-button").click()
    expect(page.locator("#compare figure")).to_have_count(2)
    assert "Prompt" in page.locator("#compare dt.differs").all_inner_texts()
    assert "Seed" not in page.locator("#compare dt.differs").all_inner_texts()
    shoot(page, "pictures-compared")

    second.locator("[name=chosen]").check()
    page.locator("#hand-in").click()
    expect(page.locator("#submit-dialog #chosen img")).to_have_count(1)
    page.locator("#submit-form button").click()
    page.wait_for_url(re.compile(r"/attempts/"))
    expect(page.locator("[data-released]")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("marked automatically")).to_be_visible()
    expect(page.locator(".shown-palette").first).to_be_visible()
    expect(page.locator(".shot .badge").first).to_contain_text("handed in")
    shoot(page, "pictures-marked")

    attempt = page.url.rstrip("/").rpartition("/")[2]
    score = page.request.get(f"{stack.url}/api/v1/attempts/{attempt}/score/").json()["score"]
    assert score["passed"]
    assert score["value"] > 0.9
    label = page.request.get(page.locator(".shot-download").first.evaluate("link => link.href")).body()
    assert b"a mountain at sunset, orange sky\nSteps: 4" in label
