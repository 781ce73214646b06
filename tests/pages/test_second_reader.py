"""In a real browser: a grader trains before the first piece, another one reads a second time, an instructor settles it
and sees how well the graders agree. And what a page of the review says when the ground moves under it."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route, expect

from athanor.accounts.models import Theme, User
from courses.attempts.models import Attempt
from courses.attempts.selectors import current_score
from courses.catalog.models import Course
from courses.people.models import Enrolment, Role
from courses.readings.tasks import draw_second_readings
from courses.review.services import decide, flag
from tests.factories import make_enrolment, make_student, make_user
from tests.pages.conftest import School
from tests.pages.site import serving
from tests.pages.work import handed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Become = Callable[[User, str], None]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def become(page: Page, site: str) -> Become:
    def become(user: User, address: str) -> None:
        page.context.clear_cookies()
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        page.goto(site + address)

    return become


@pytest.fixture
def gus(school: School) -> User:
    found = make_user(username="gus", language="en", first_name="Gus", theme=Theme.DARK)
    make_enrolment(course=school.course, user=found, role=Role.GRADER)
    return found


def check(page: Page) -> None:
    """Nothing that shuts people out, and nothing that sticks out on a small screen."""
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in grave] == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


def test_second_reading_from_the_draw_to_the_agreement(school: School, gus: User, become: Become, page: Page) -> None:
    Course.objects.update(review={"second_reading": 1.0, "second_reading_limit": 0.2})
    seen = current_score(school.marked)
    decide(attempt=school.marked, grader=gus, changes={"hello": 0.25}, reason="Half a greeting only.",
           seen_score_id=seen and seen.pk)  # fmt: skip
    assert draw_second_readings() == 1

    become(school.grader, "/")
    page.get_by_role("link", name="Notifications: 1 unread").click()
    page.get_by_role("link", name="Work waits for a second reading").click()
    check(page)
    page.goto(page.url.replace("/readings/", f"/review/{school.marked.pk}/"))  # the mark is not to be had there
    expect(page.get_by_text("Mark it here first")).to_be_visible()
    expect(page.get_by_text("Half a greeting only.")).to_have_count(0)
    check(page)
    page.get_by_text("100 %", exact=True).click()
    page.get_by_label("Your words").fill("It greets.")
    page.get_by_role("button", name="Save my reading").click()
    expect(page.get_by_role("heading", name="Both readings")).to_be_visible()
    expect(page.get_by_text("Half a greeting only.")).to_be_visible()
    check(page)

    become(school.instructor, "/notices/")
    page.get_by_role("link", name="Two readings differ: decide").click()
    page.get_by_label("the second reading counts").check()
    page.get_by_label("Reason").fill("A greeting is a greeting.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("the second reading counts")).to_be_visible()
    page.get_by_role("link", name="Second readings").click()
    page.get_by_role("link", name="Agreement in").click()
    expect(page.get_by_text("Says hello")).to_be_visible()
    check(page)
    score = current_score(school.marked)
    assert score is not None
    assert (score.value, score.reason) == (1.0, "A greeting is a greeting.")


def test_grader_trains_before_the_first_piece(school: School, gus: User, become: Become, page: Page) -> None:
    Course.objects.update(review={"training": True, "training_pieces": 1})
    work = handed_in(make_student(course=school.course), school.exercise)

    become(school.instructor, f"/review/{school.marked.pk}/")
    page.get_by_role("link", name="Use it for training").click()
    page.get_by_text("75 %", exact=True).click()
    page.get_by_label("Why these scores are right").fill("Too short a greeting.")
    check(page)
    page.get_by_role("button", name="Use it for training").click()
    expect(page.get_by_text("Graders can train on it now.")).to_be_visible()

    become(gus, f"/review/{work.pk}/")
    page.get_by_label("Reason").fill("Fine.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("alert").filter(has_text="train first")).to_be_visible()
    page.get_by_role("link", name="Go to the training").first.click()
    check(page)
    page.locator(f"a[href='/training/{school.marked.training_piece.pk}/']").first.click()
    expect(page.get_by_text("Too short a greeting.")).to_have_count(0)
    check(page)
    page.get_by_text("75 %", exact=True).click()
    page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_role("heading", name="Marked well")).to_be_visible()
    expect(page.get_by_text("Too short a greeting.")).to_be_visible()
    check(page)

    page.goto(page.url.split("/training/")[0] + f"/review/{work.pk}/")
    page.get_by_label("Reason").fill("Fine.")
    page.get_by_role("button", name="Save the decision").click()
    page.wait_for_url(lambda address: str(work.pk) not in address)
    score = current_score(work)
    assert score is not None
    assert score.decided_by == gus


def waiting_piece(school: School) -> Attempt:
    return handed_in(make_student(course=school.course), school.exercise)


def test_second_of_two_graders_at_once_keeps_what_was_typed(
    school: School, gus: User, become: Become, page: Page
) -> None:
    work = waiting_piece(school)
    become(gus, f"/review/{work.pk}/")
    page.locator(".review[data-ready]").wait_for()
    decide(attempt=work, grader=school.grader, value=0.5, reason="The other was quicker.")
    page.get_by_label("Reason").fill("Typed with care.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").filter(has_text="Another person has decided meanwhile")).to_be_visible()
    expect(page.get_by_text("The other was quicker.").first).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("Typed with care.")
    page.keyboard.press("Control+Enter")  # the new mark was seen
    page.wait_for_url(lambda address: str(work.pk) not in address)
    assert work.scores.count() == 3


def test_grader_who_loses_the_enrolment_in_mid_review_is_told_and_nothing_is_kept(
    school: School, gus: User, become: Become, page: Page
) -> None:
    work = waiting_piece(school)
    become(gus, f"/review/{work.pk}/")
    page.locator(".review[data-ready]").wait_for()
    Enrolment.objects.filter(user=gus).update(active=False)
    page.get_by_label("Reason").fill("Too late.")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    assert [score.origin for score in work.scores.all()] == ["auto"]


@pytest.fixture
def faults(page: Page) -> list[str]:
    """What no script of the page caught."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def leave_before(page: Page, address: str, begin: Callable[[], object]) -> None:
    """Leave for another page while this address is asked and does not answer."""
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route(address, hold)
    begin()
    while not asked:
        page.wait_for_timeout(20)
    for route in asked:
        route.abort()  # as the browser does it when it leaves
    page.get_by_role("link", name="Athanor").first.click()
    page.wait_for_url(lambda found: found.count("/") == 3)
    page.wait_for_timeout(200)


def test_leaving_before_the_next_piece_is_there_is_no_fault_of_the_page(
    school: School, gus: User, become: Become, page: Page, faults: list[str]
) -> None:
    work, following = waiting_piece(school), waiting_piece(school)
    Attempt.objects.filter(pk__in=[work.pk, following.pk]).update(review_reasons=["flagged"])

    leave_before(page, f"**/review/{following.pk}/", lambda: become(gus, f"/review/{work.pk}/"))

    assert faults == []


def test_leaving_before_the_new_mark_is_there_is_no_fault_of_the_page(
    school: School, become: Become, page: Page, faults: list[str]
) -> None:
    become(school.student, f"/attempts/{school.marked.pk}/")

    leave_before(page, "**/status/", lambda: flag(attempt=school.marked, by=school.grader, note="Look at it again."))

    assert faults == []
