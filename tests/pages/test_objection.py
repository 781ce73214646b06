"""In a real browser: a student objects, another grader answers, the student learns of it and sees the new mark."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from athanor.accounts.models import Theme, User
from courses.attempts.selectors import current_score
from courses.catalog.models import Course
from courses.inquiries.models import Inquiry
from courses.people.models import Role
from courses.review.services import decide
from tests.factories import make_enrolment, make_user
from tests.pages.conftest import School
from tests.pages.site import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL, LARGE = {"width": 320, "height": 700}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def become(page: Page, site: str) -> Callable[[User, str], None]:
    def become(user: User, address: str) -> None:
        page.context.clear_cookies()
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        page.goto(site + address)

    return become


def check(page: Page) -> None:
    """Nothing that shuts people out, and nothing that sticks out on the smallest screen."""
    found = Axe().run(page).response["violations"]
    grave: list[Any] = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in grave] == []
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    page.set_viewport_size(LARGE)  # type: ignore[arg-type]


def test_objection_from_the_student_to_the_new_mark(
    school: School, become: Callable[[User, str], None], page: Page
) -> None:
    Course.objects.update(review={"requests": 7})
    User.objects.filter(pk=school.student.pk).update(theme=Theme.DARK)
    other = make_user(username="gus", language="en", first_name="Gus")
    make_enrolment(course=school.course, user=other, role=Role.GRADER)
    seen = current_score(school.marked)
    decide(attempt=school.marked, grader=school.grader, changes={"hello": 0.25}, reason="Too cold.",
           seen_score_id=seen.pk if seen else None)  # fmt: skip

    become(school.student, f"/attempts/{school.marked.pk}/")
    check(page)
    page.get_by_role("link", name="Ask to look at it again").click()
    check(page)
    page.get_by_label("What about").select_option("Says hello")
    page.get_by_label("Why").fill("A greeting is a greeting.")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Says hello")
    check(page)
    address = f"/requests/{Inquiry.objects.get().pk}/"

    become(school.grader, address)  # who decided it cannot answer
    expect(page.get_by_text("You decided this mark")).to_be_visible()
    expect(page.get_by_role("button", name="Answer and end the request")).to_have_count(0)

    become(other, "/")
    page.get_by_role("link", name="Notifications: 1 unread").click()
    check(page)
    page.get_by_role("link", name="A student asks about a mark").click()
    expect(page.get_by_text("A greeting is a greeting.")).to_be_visible()
    page.get_by_role("button", name="Take it", exact=True).click()
    check(page)
    page.get_by_text("100 %", exact=True).click()
    page.get_by_label("Reason").fill("Right: it greets.")
    page.get_by_role("button", name="Answer and end the request").click()
    expect(page.get_by_text("the mark was changed")).to_be_visible()
    page.goto(page.url.split("/requests/")[0] + "/requests/?filter=ended")
    check(page)

    become(school.student, "/")
    page.get_by_role("link", name="Notifications: 1 unread").click()
    page.get_by_role("link", name="Your request about a mark was answered").click()
    expect(page.get_by_text("The request changed it from 25 % to 100 %.")).to_be_visible()
    expect(page.get_by_text("Right: it greets.")).to_be_visible()
    expect(page.get_by_role("link", name="Notifications: 0 unread")).to_be_visible()
    page.get_by_role("link", name="Back to the mark").click()
    expect(page.locator(".score-hero")).to_contain_text("10 / 10")
    expect(page.get_by_text("Gus")).not_to_have_count(0)
