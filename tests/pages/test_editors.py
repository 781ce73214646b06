"""Editors and plots, with the built bundle and without it."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from tests.bundles import built
from tests.factories import make_administrator
from tests.pages.calls import calls_exercise
from tests.pages.conftest import School
from tests.pages.site import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GOOD = '[{"name": "add", "description": "Add", "parameters": {"type": "object"}}]'


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def open_as(page: Page, site: str) -> Callable[[User, str], None]:
    """Open an address as somebody; the browser may complain of nothing and leave this host for nothing."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(site) else None)

    def open_(user: User, address: str) -> None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        page.goto(site + address)
        page.wait_for_load_state("networkidle")
        assert complaints == []

    return open_


def begun(school: School) -> str:
    exercise = calls_exercise(school.exercise.module)
    client = Client()
    client.force_login(school.student)
    address = school.address.replace("hello", exercise.slug)
    client.post(address, {"begin": "1"})
    return address


def test_student_writes_json_in_an_editor(
    school: School, open_as: Callable[[User, str], None], page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(monkeypatch)
    open_as(school.student, begun(school))
    editor = page.get_by_role("textbox", name="Your function definitions")

    expect(editor).to_have_attribute("aria-multiline", "true")
    editor.fill('[{"name": "add",}]')
    expect(page.locator(".cm-lintRange-error")).to_have_count(1)
    editor.fill(GOOD)
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)

    assert violations(page) == []
    page.locator("#hand-in").click()
    page.locator("#submit-dialog").get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/attempts/**")
    answer = Attempt.objects.exclude(answer=None).get(exercise__kind="function_calling").answer
    assert answer["definitions"] == GOOD


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def test_author_sees_what_the_schema_refuses(
    school: School, open_as: Callable[[User, str], None], page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(monkeypatch)
    open_as(make_administrator(language="en"), reverse("admin:catalog_exercise_change", args=[school.exercise.pk]))
    editor = page.get_by_role("textbox", name="Specification")

    editor.fill("alias: chat-small\nturn_limits: 3\n")
    squiggle = page.locator(".cm-lintRange-error")
    expect(squiggle).to_have_text("turn_limits")
    squiggle.hover()
    expect(page.locator(".cm-tooltip")).to_contain_text("“turn_limits” is not known here.")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text(re.compile("turn_limits: Extra inputs")).wait_for()
    assert page.locator("textarea[name=spec_yaml]").input_value().startswith("alias: chat-small")


def test_pages_work_where_nothing_was_built(school: School, open_as: Callable[[User, str], None], page: Page) -> None:
    open_as(school.student, begun(school))
    page.locator("textarea#definitions").fill(GOOD)
    open_as(make_administrator(language="en"), reverse("ui"))

    expect(page.locator("[data-plot] table").first).to_be_visible()
    assert page.locator("[data-plot] canvas").count() == 0


def test_plot_is_drawn_above_its_table(
    open_as: Callable[[User, str], None], page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(monkeypatch)
    open_as(make_administrator(language="en"), reverse("ui"))
    plot = page.locator("[data-plot]").first

    expect(plot.get_by_role("img", name="The table says the same in numbers.")).to_be_visible()
    expect(plot.locator("table")).to_be_hidden()
    plot.get_by_text("As a table").click()
    expect(plot.locator("table")).to_be_visible()
    painted = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(v => v)"
    assert plot.locator("canvas").evaluate(painted)
    assert violations(page) == []
