"""An instructor's journey in a real browser: from an empty course to the same course next term."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from courses.catalog.models import Course, Exercise, Revision
from tests.admin.test_browser import shoot, sign_in
from tests.factories import make_course, make_instructor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_an_empty_course_to_the_next_term(page: Page, live_server: LiveServer) -> None:
    """Alice teaches something already, so that she may make courses."""
    alice = make_instructor(course=make_course(slug="older"), username="alice")
    sign_in(page, live_server, alice)
    _make_course(page, live_server)
    _add_exercise(page, live_server)
    _publish(page, live_server)
    _copy(page, live_server)

    exercise = Exercise.objects.get(module__course__slug="greetings-spring")
    assert exercise.due_at == datetime(2027, 2, 12, 22, 59, tzinfo=UTC)
    assert Revision.objects.filter(course__slug="greetings", created_by=alice).count() >= 2


def _make_course(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/admin/catalog/course/add/")
    page.locator("#id_title_0").fill("Greetings")
    page.locator("#id_slug").fill("greetings")
    page.locator("#id_starts_on").fill("2026-09-07")
    page.locator("#id_time_zone").fill("Europe/Paris")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/catalog/course/")
    page.goto(f"{server.url}/admin/catalog/module/add/?course={Course.objects.get(slug='greetings').pk}")
    page.locator("#id_title_0").fill("Start")
    page.locator("#id_slug").fill("start")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/catalog/module/")


def _add_exercise(page: Page, server: LiveServer) -> None:
    """By form: the kind, its fields, an answer that is tried, a date relative to the start."""
    module = Course.objects.get(slug="greetings").modules.get()
    page.goto(f"{server.url}/admin/catalog/exercise/add/?module={module.pk}")
    shoot(page, "kinds")
    page.get_by_role("link", name="chat").click()
    page.locator("#id_title_0").fill("Say hello")
    page.locator("#id_slug").fill("say-hello")
    page.locator("#id_statement_0").fill("Make the model **greet** you.")
    page.locator("#id_spec__turn_limit").fill("3")
    page.locator("#id_dates_yaml").fill("due_at: week 2 friday 23:59")
    page.locator("#id_try_work").fill("turns: [{prompt: Hi, answer: Hello there!}]")
    page.get_by_role("button", name="Try the answers").click()
    expect(page.locator("#tried summary")).to_have_text("your answer: 100 %")
    shoot(page, "tried")
    assert not Exercise.objects.exists()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/catalog/exercise/")
    assert Exercise.objects.get().spec["turn_limit"] == 3


def _publish(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/admin/catalog/course/{Course.objects.get(slug='greetings').pk}/change/")
    shoot(page, "course")
    page.get_by_label("published").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/catalog/course/")
    page.goto(f"{server.url}/courses/greetings/start/exercises/say-hello/")
    expect(page.get_by_role("heading", name="Say hello")).to_be_visible()


def _copy(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/admin/catalog/course/{Course.objects.get(slug='greetings').pk}/change/")
    page.get_by_role("link", name="History").first.click()
    shoot(page, "history")
    page.get_by_role("link", name="greetings").first.click()
    expect(page.get_by_text("01-start/module.yml").or_(page.get_by_text("course.yml")).first).to_be_visible()
    shoot(page, "revision")
    page.goto(f"{server.url}/admin/catalog/course/{Course.objects.get(slug='greetings').pk}/change/")
    page.get_by_role("link", name="Copy for another term").click()
    page.locator("#id_slug").fill("greetings-spring")
    page.locator("#id_starts_on").fill("2027-02-01")
    shoot(page, "copy")
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("The copy is ready.").wait_for()
