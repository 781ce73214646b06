"""A class in session, with an instructor and two students in browsers of their own."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from athanor.accounts.models import User
from courses.classroom.models import Hand, Showing
from courses.classroom.services import start
from courses.people.models import Role
from tests.factories import make_enrolment, make_user
from tests.pages.conftest import School
from tests.pages.site import serving
from tests.pages.work import answered

As = Callable[[User | None], Client]
Visit = Callable[[User, str], Page]
INSPECTED: set[Page] = set()  # axe writes styles into a page, of which the browser then complains


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Each person in a browser of their own; what a browser complains about fails the test."""
    contexts, complaints = [], []

    def open_(user: User, address: str) -> Page:
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if complains(page, message) else None)
        page.goto(site + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    INSPECTED.clear()
    assert complaints == []


def complains(page: Page, message: ConsoleMessage) -> bool:
    return message.type == "error" and page not in INSPECTED


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_lesson_with_an_instructor_and_two_students(school: School, visit: Visit) -> None:
    User.objects.filter(pk=school.student.pk).update(first_name="Sam")
    tia = make_user(username="tia", first_name="Tia", language="en")
    make_enrolment(course=school.course, user=tia, role=Role.STUDENT)
    teacher = visit(school.instructor, reverse("classroom", args=[school.course.slug]))
    teacher.get_by_role("button", name="Begin the session").click()
    expect(teacher.get_by_text("Nobody has begun yet")).to_be_visible()

    sam, other = visit(school.student, school.address), visit(tia, school.address)
    expect(sam.get_by_text("The class is in session.")).to_be_visible()
    sam.get_by_role("button", name="I need help").click()
    expect(sam.get_by_text("Your hand is up since")).to_be_visible()
    row = teacher.get_by_role("row", name="Sam")
    expect(row.get_by_text("asks for help")).to_be_visible(timeout=15_000)  # without reloading

    answered(tia, school.exercise, "A wall of words.")
    other.goto(other.url.split("/courses/")[0] + reverse("in_class", args=[school.course.slug]))
    other.get_by_role("button", name="Offer it for the wall").click()
    expect(other.get_by_text("without your name")).to_be_visible()
    teacher.get_by_role("button", name="Show it on the wall").click(timeout=15_000)
    wall = visit(school.instructor, reverse("projector", args=[school.course.slug]))
    expect(wall.get_by_text("A wall of words.")).to_be_visible()
    expect(wall.get_by_text("Tia")).to_have_count(0)
    expect(wall.get_by_text("1 hand is up.")).to_be_visible()
    assert [grave(page) for page in (teacher, sam, other, wall)] == [[], [], [], []]

    other.get_by_role("button", name="Take it back").click()
    expect(wall.get_by_text("A wall of words.")).to_have_count(0, timeout=15_000)
    teacher.get_by_role("button", name="Helped Sam").click()
    expect(teacher.get_by_text("asks for help").first).to_be_visible()
    assert not Hand.objects.filter(lowered_at=None).exists()
    for page in (teacher, wall):
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    teacher.get_by_role("button", name="End the session").click()
    expect(teacher.get_by_role("button", name="Begin the session")).to_be_visible()
    other.goto(wall.url.split("/courses/")[0] + school.address)
    expect(other.get_by_text("The class is in session.")).to_have_count(0)


def grave(page: Page) -> list[str]:
    INSPECTED.add(page)
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def test_students_and_strangers_see_nobody(school: School, as_: As) -> None:
    start(course=school.course, by=school.instructor)
    pages = [reverse(name, args=[school.course.slug]) for name in ("classroom", "projector", "class_events")]

    for user, status in ((school.student, 403), (school.stranger, 404)):
        assert [as_(user).get(page).status_code for page in pages] == [status] * 3
    assert as_(school.stranger).get(reverse("in_class", args=[school.course.slug])).status_code == 404


def test_everything_works_without_scripts(school: School, as_: As) -> None:
    start(course=school.course, by=school.instructor)
    run = answered(school.student, school.exercise, "Words for the wall.")
    mine = reverse("in_class", args=[school.course.slug])
    student = as_(school.student)
    raised = student.post(mine, {"do": "raise", "exercise": school.exercise.pk})
    student.post(mine, {"do": "offer", "run": run.pk, "named": "yes"})
    again = student.post(mine, {"do": "offer", "run": "not a number"})

    assert raised["Location"] == school.address
    assert again["Location"] == mine
    assert Hand.objects.get().exercise == school.exercise
    assert Showing.objects.get().named
    page = as_(school.instructor).get(reverse("classroom", args=[school.course.slug])).content.decode()
    assert page.count("asks for help") == 2  # at a glance, and in the table
    assert page.count("Words for the wall.") == 1


def test_hand_of_another_course_names_no_exercise_here(school: School, as_: As) -> None:
    refused = as_(school.student).post(reverse("in_class", args=[school.course.slug]), {"do": "raise"}, follow=True)

    assert "No class is in session." in refused.content.decode()
    assert not Hand.objects.exists()


STUDENTS_PAGES = {
    "course": lambda school: [school.course.slug],
    "lesson": lambda school: [school.course.slug, school.lesson.module.slug, school.lesson.slug],
    "exercise": lambda school: [school.course.slug, school.exercise.module.slug, school.exercise.slug],
    "attempt": lambda school: [school.marked.pk],
    "my_marks": lambda school: [school.course.slug],
    "playground": lambda school: [school.course.slug],
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", STUDENTS_PAGES)
def test_every_page_of_the_course_says_what_the_teacher_sees(name: str, school: School, as_: As) -> None:
    start(course=school.course, by=school.instructor)
    address = reverse(name, args=STUDENTS_PAGES[name](school))

    assert "The class is in session." in as_(school.student).get(address).content.decode()
