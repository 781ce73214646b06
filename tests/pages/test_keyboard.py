"""A student's whole way with the keyboard alone: sign in, course, exercise, conversation, hand in, result."""

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Locator, Page, expect

from courses.catalog.models import Lesson
from tests.factories.people import PASSWORD
from tests.pages.conftest import School
from tests.pages.site import serving
from tests.pages.test_in_browser import Open, begin, open_as, tell_end
from tests.pages.work import answer

__all__ = ["open_as"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 60


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _step in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{wanted} cannot be reached with {MOST_TABS} tabs")


def press(page: Page, wanted: Locator) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")


def test_student_works_with_the_keyboard_alone(school: School, page: Page, site: str) -> None:
    EmailAddress.objects.create(user=school.student, email=school.student.email, verified=True, primary=True)
    page.goto(f"{site}/accounts/login/")
    reach(page, page.locator("[name=login]"))
    page.keyboard.type(school.student.username)
    reach(page, page.locator("[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")

    press(page, page.locator(".course-card a").first)
    page.wait_for_url(f"**/courses/{school.course.slug}/")
    press(page, page.locator(f".rows a[href='{school.address}']"))
    page.wait_for_url(f"**{school.address}")

    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).to_be_hidden()
    page.keyboard.press("w")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("who are you?")  # letters are letters here
    page.keyboard.press("Control+Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#text")).to_be_focused()
    run = school.working.runs.latest("created_at")
    begin(run)
    answer(run, "Hello at last.")
    tell_end(run)
    expect(page.locator(".turn").last.locator("[data-final]")).to_have_text("Hello at last.")

    press(page, page.locator("#hand-in"))
    expect(page.locator("#submit-dialog")).to_be_visible()
    press(page, page.locator("#submit-form button"))
    page.wait_for_url("**/attempts/**")
    expect(page.locator(".score-hero")).to_contain_text("/ 10")


def test_single_letters_can_be_switched_off(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, school.address)
    page.keyboard.press("?")
    page.get_by_label("Single letters are shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()

    page.keyboard.press("w")

    expect(page.locator("#text")).not_to_be_focused()


def test_state_of_the_draft_is_shown_online_and_offline(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, school.address)
    page.locator("#text").fill("half a thought")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")

    page.context.set_offline(True)
    page.locator("#text").fill("half a thought more")

    expect(page.locator("[data-draft-state]")).to_have_text("Kept on this device")
    expect(page.locator("#offline")).to_be_visible()


def test_contents_of_a_lesson_show_where_the_reader_is(school: School, open_as: Open, page: Page) -> None:
    long = "\n\n".join(f"## Part {number}\n\n" + "Words. " * 400 for number in (1, 2, 3))
    Lesson.objects.filter(pk=school.lesson.pk).update(body={"en": long})
    open_as(school.student, f"/courses/{school.course.slug}/{school.lesson.module.slug}/{school.lesson.slug}/")
    here = page.locator(".contents [aria-current=true]")
    expect(here).to_have_text("Part 1")

    page.locator("h2", has_text="Part 3").evaluate("heading => heading.scrollIntoView()")

    expect(here).to_have_text("Part 3")
