"""The admin in a real browser: its policy lets everything work that must, in both languages."""

import os

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from athanor.accounts.models import User
from tests.admin.conftest import Place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("ATHANOR_SHOTS", "")  # a folder for looking at the pages


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser refused or could not load."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on(
        "requestfailed", lambda request: found.append(f"{request.url}: {request.failure}") if refused(request) else None
    )
    return found


def refused(request: Request) -> bool:
    """Not what a script or the next page cancelled by itself."""
    return request.failure != "net::ERR_ABORTED"


def sign_in(page: Page, server: LiveServer, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_instructor_edits_an_exercise(
    page: Page, live_server: LiveServer, complaints: list[str], alice: User, place_a: Place
) -> None:
    sign_in(page, live_server, alice)
    page.goto(live_server.url + reverse("admin:index"))
    shoot(page, "index")
    page.get_by_role("link", name="Exercises").last.click()
    shoot(page, "exercises")
    page.get_by_role("link", name="Title of course-a-exercise").click()
    shoot(page, "exercise")
    page.get_by_label("Specification").fill("turn_limits: 3")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("Line 1: turn_limits: Extra inputs are not permitted").wait_for()
    shoot(page, "exercise-error")
    assert page.get_by_label("Specification").input_value().strip() == "turn_limits: 3"
    page.get_by_label("Specification").fill("turn_limit: 3")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/catalog/exercise/")

    place_a.exercise.refresh_from_db()
    assert place_a.exercise.spec["turn_limit"] == 3
    assert complaints == []


def test_module_is_found_by_typing(
    page: Page, live_server: LiveServer, complaints: list[str], alice: User, place_a: Place, place_b: Place
) -> None:
    """The autocomplete is a script that fetches: the policy must let it."""
    sign_in(page, live_server, alice)
    page.goto(live_server.url + reverse("admin:catalog_lesson_change", args=[place_a.lesson.pk]))
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("course")

    expect(page.locator(".select2-results__option")).to_have_text(["Title of course-a-module"])
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_of_administrators_load_whole(
    language: str, page: Page, live_server: LiveServer, complaints: list[str], administrator: User, place_a: Place
) -> None:
    User.objects.update(language=language)
    sign_in(page, live_server, administrator)
    names = [
        "index",
        "catalog_course_changelist",
        "people_enrolment_add",
        "backends_server_add",
        "accounts_user_changelist",
    ]
    for name in names:
        page.goto(live_server.url + reverse(f"admin:{name}"))
        shoot(page, f"{name}-{language}")
        assert page.locator("html").get_attribute("lang") == language
    page.goto(live_server.url + reverse("admin:catalog_course_change", args=[place_a.course.pk]))
    shoot(page, f"course-{language}")
    page.goto(live_server.url + reverse("admin:attempts_attempt_change", args=[place_a.attempt.pk]))
    shoot(page, f"attempt-{language}")

    assert complaints == []
