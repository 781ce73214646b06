"""In a real browser: a column marked by hand, marks from a file, hiding and showing, and the file to take away."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.gradebook.models import HandMark
from tests.factories import make_student
from tests.pages.conftest import School
from tests.pages.site import serving
from tests.pages.work import handed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL, LARGE = {"width": 320, "height": 700}, {"width": 1280, "height": 900}
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


def check(page: Page) -> None:
    """Nothing that shuts people out, and nothing that sticks out on the smallest screen."""
    found = Axe().run(page).response["violations"]
    grave: list[Any] = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in grave] == []
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    page.set_viewport_size(LARGE)  # type: ignore[arg-type]


def test_marks_by_hand_from_a_file_hidden_shown_and_taken_away(
    school: School, become: Become, page: Page, tmp_path: Path
) -> None:
    zoe = make_student(course=school.course, username="zoe", first_name="Zoe", language="en")
    attempt = handed_in(zoe, school.exercise, "Hello from Zoe.")
    book = f"/courses/{school.course.slug}/gradebook/"

    become(school.instructor, book)
    a_column_by_hand(page, zoe)
    marks_from_a_file(page, tmp_path, attempt)
    page.goto(page.url.split("/courses/")[0] + book)
    hidden_and_shown(page, zoe, become, book)
    the_file(page, tmp_path)


def a_column_by_hand(page: Page, zoe: User) -> None:
    """Every mark is saved as one leaves it, from the keyboard."""
    page.get_by_role("link", name="Columns marked by hand").click()
    check(page)
    page.get_by_label("Name").last.fill("Oral exam")
    page.get_by_label("Points").last.fill("20")
    page.get_by_label("students see it, and it counts").last.check()
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="Marks", exact=True).click()
    check(page)
    page.get_by_label("Zoe").fill("17,5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_have_count(1)
    assert [(mark.student, float(mark.points or 0)) for mark in HandMark.objects.all()] == [(zoe, 17.5)]
    page.get_by_role("link", name="Gradebook").first.click()
    expect(page.locator("tr", has_text="Zoe")).to_contain_text("17.5")
    check(page)


def marks_from_a_file(page: Page, folder: Path, attempt: Attempt) -> None:
    """A wrong name and a formula are left out and named; nothing is written before somebody says so."""
    file = folder / "oral.csv"
    file.write_text('username,Oral exam,first/hello\nsam,12,\nzoe,18,4\nnobody,1,\nines,"=1+1",\n', encoding="utf-8")
    page.get_by_role("link", name="Import marks").click()
    check(page)
    page.get_by_label("CSV or XLSX").set_input_files(file)
    page.get_by_label("Reason").fill("Read aloud in class.")
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_text("3 marks change")).to_be_visible()
    expect(page.locator("tr", has_text="No student of this course").first).to_contain_text("nobody")
    expect(page.get_by_text("Read aloud in class.")).to_be_visible()
    check(page)
    assert HandMark.objects.count() == 1
    page.get_by_role("button", name="Write these marks").click()
    expect(page.get_by_text("3 marks were written.")).to_be_visible()
    assert HandMark.objects.count() == 3
    newest = Score.objects.filter(attempt=attempt).latest("pk")
    assert (newest.value, newest.origin, newest.reason) == (0.4, "human", "Read aloud in class.")


def hidden_and_shown(page: Page, zoe: User, become: Become, book: str) -> None:
    page.get_by_role("link", name="Show or hide marks").click()
    check(page)
    page.get_by_role("button", name="Hide the marks").click()
    expect(page.get_by_text("Hidden: 2 marks.")).to_be_visible()
    mine = f"/gradebook/{book.split('/')[2]}/mine/"
    staff = User.objects.get(username="ines")

    become(zoe, mine)
    expect(page.get_by_role("row", name="Title of hello")).to_contain_text("– of 10")
    expect(page.get_by_role("row", name="Oral exam")).to_contain_text("18")
    check(page)

    become(staff, book)
    expect(page.get_by_label("not shown to the student yet").first).to_be_attached()
    page.get_by_role("link", name="Show or hide marks").click()
    page.get_by_role("button", name="Show the marks").click()
    expect(page.get_by_text("Shown: 2 marks.")).to_be_visible()
    become(zoe, mine)
    expect(page.get_by_role("row", name="Title of hello")).to_contain_text("4 of 10")
    become(staff, book)


def the_file(page: Page, folder: Path) -> None:
    with page.expect_download() as caught:
        page.get_by_role("link", name="CSV").click()
    caught.value.save_as(folder / "book.csv")
    rows = list(csv.DictReader(io.StringIO((folder / "book.csv").read_text(encoding="utf-8-sig"))))
    [zoe] = [row for row in rows if row["username"] == "zoe"]
    assert (zoe["first/hello"], zoe["Oral exam"], zoe["total"]) == ("4.0", "18.0", "22.0")
