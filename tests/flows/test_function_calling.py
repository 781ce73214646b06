"""A student writes function definitions, tries them, hands them in, and reads question by question why the mark."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.flows.stack import Stack
from tests.flows.test_journey import PATIENCE, shoot, sign_in

pytestmark = [pytest.mark.services, pytest.mark.browser, pytest.mark.xdist_group("flows")]

EXERCISE = "/courses/function-calling-pipeline/definitions/exercises/first-definition/"
DEFINITIONS = """[
  {"name": "add_numbers", "description": "Add two numbers", "parameters": {
    "type": "object",
    "properties": {
      "a": {"type": "NUMBER", "description": "The first number"},
      "b": {"type": "number", "description": "The second number"}
    },
    "required": ["a", "b"]
  }}
]"""


def test_definitions_are_tried_run_on_hidden_questions_and_marked_with_reasons(page: Page, stack: Stack) -> None:
    page.set_default_timeout(PATIENCE)
    sign_in(page, stack, "student")
    page.goto(stack.url + EXERCISE)
    page.get_by_role("button", name="Begin").click()

    page.locator("#definitions").wait_for(state="attached")
    if page.locator("meta[name=athanor-editor]").count():  # the editor is built beside the running site, or was
        expect(page.locator(".code-editor").first).to_be_visible(timeout=PATIENCE)
    editor = page.get_by_role("textbox", name="Your function definitions")
    editor.fill(DEFINITIONS)
    expect(page.locator("#notes .note-error")).to_contain_text("line 5, column 21", timeout=PATIENCE)
    editor.fill(DEFINITIONS.replace("NUMBER", "number"))
    expect(page.locator("#notes")).to_contain_text("can be used", timeout=PATIENCE)
    page.locator("#try").click()
    turn = page.locator("#thread section.turn").last
    expect(turn).to_have_attribute("data-state", "done", timeout=PATIENCE)
    expect(turn.locator("code.call").first).to_contain_text("add_numbers(")
    shoot(page, "calls-1-tried")

    page.locator("#hand-in").click()
    page.locator("#submit-dialog").get_by_role("button", name="Hand in").click()
    page.wait_for_url(re.compile(r"/attempts/"))
    expect(page.locator("[data-released]")).to_be_visible(timeout=2 * PATIENCE)
    expect(page.locator("#cases-title")).to_be_visible()
    assert page.locator("table tbody tr").count() == 5  # hidden questions: category and verdict
    assert "Hello!" not in page.locator("#mark").inner_text()
    assert page.locator(".criteria > .criterion").count() == 3
    assert "of 7 runs are right" in page.locator(".criterion").first.inner_text()
    shoot(page, "calls-2-mark")
