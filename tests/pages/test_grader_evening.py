"""A grader's evening: sixty pieces by keyboard alone, with comments, saved words, an undo, and no mouse."""

import time
from collections.abc import Callable
from statistics import median

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.review.comments import keep_remark
from courses.review.models import Claim, Comment, Decision
from tests.factories import make_exercise, make_student
from tests.pages.conftest import School
from tests.pages.site import serving
from tests.pages.work import handed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIECES = 60


class Keyboard:
    """Counts what the grader's fingers do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.strokes += 1 + key.count("+")
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.strokes += len(text)
        self.page.keyboard.type(text)


@pytest.fixture
def evening(school: School) -> list[Attempt]:
    exercise = make_exercise(
        module=school.exercise.module, slug="evening", position=9, release=Exercise.Release.AFTER_REVIEW
    )
    keep_remark(course=school.course, owner=school.grader, text="A greeting is there; the tone is not yet polite.")
    students = [make_student(course=school.course) for _number in range(PIECES)]
    return [handed_in(student, exercise, f"Hello number {number}.") for number, student in enumerate(students)]


def test_sixty_pieces_are_read_by_keyboard_alone(
    school: School, evening: list[Attempt], page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, waits, loads = Keyboard(page), [], []
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("domcontentloaded", lambda _page: loads.append(1))
    with serving() as site:
        sign_in(page, school, site)
        page.goto(f"{site}/review/")
        keys.press("j", "Enter")
        page.wait_for_url("**/review/*-*/**")
        began = time.perf_counter()
        for number in range(PIECES):
            arrived(page, number)
            waits.append(leaving(page, lambda number=number: read(keys, number)))  # type: ignore[misc]
            if number == 30:
                take_back(keys, page)
        took = time.perf_counter() - began
        expect(page.locator("h1")).to_have_text("Review")

    assert_everything_is_kept(school, evening)
    assert faults == []
    assert len(loads) < 6  # every other piece was there before it was wanted
    with capsys.disabled():
        print(  # noqa: T201  # what the journey is for
            f"\n{PIECES} pieces in {took:.1f} s, {keys.strokes} keystrokes ({keys.strokes / PIECES:.1f} each), "
            f"{len(loads)} whole page loads. From saving to the next piece: "
            f"median {median(waits) * 1000:.0f} ms, slowest {max(waits) * 1000:.0f} ms."
        )


def arrived(page: Page, number: int) -> None:
    expect(page.locator(".review[data-ready] .said", has_text=f"Hello number {number}.")).to_be_visible()


def sign_in(page: Page, school: School, site: str) -> None:
    client = Client()
    client.force_login(school.grader)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def read(keys: Keyboard, number: int) -> None:
    if number % 10 == 4:
        comment(keys, number)
    if number % 3 == 0:
        keys.press("a")  # it stands as it is
        return
    keys.press("2", "r")
    if number % 3 == 1:
        keys.press("Alt+1")
    else:
        keys.type("/polite")
        keys.press("Tab")
    keys.press("Control+Enter")


def comment(keys: Keyboard, number: int) -> None:
    keys.press("]", "c")
    keys.type(f"Comment {number}.")
    keys.press("Control+Enter")
    expect(keys.page.locator(".comment", has_text=f"Comment {number}.")).to_be_visible()


def leaving(page: Page, act: Callable[[], None]) -> float:
    """Seconds from the last key to another page on the screen."""
    before = page.url
    act()
    ended = time.perf_counter()
    while page.url == before:
        assert time.perf_counter() - ended < 10, page.locator("main").inner_text()
        page.wait_for_timeout(5)
    return time.perf_counter() - ended


def take_back(keys: Keyboard, page: Page) -> None:
    """The piece before comes again as it was, is decided again, and the way goes on behind it."""
    leaving(page, lambda: keys.press("u"))
    arrived(page, 30)
    leaving(page, lambda: keys.press("a"))


def assert_everything_is_kept(school: School, evening: list[Attempt]) -> None:
    found = {attempt.pk: attempt for attempt in Attempt.objects.filter(pk__in=[each.pk for each in evening])}
    assert not [attempt for attempt in found.values() if attempt.waiting or attempt.released_at is None]
    human = Score.objects.filter(attempt__in=evening, origin="human", decided_by=school.grader)
    assert human.count() == 40
    assert set(human.values_list("value", "reason")) == {(0.5, "A greeting is there; the tone is not yet polite.")}
    assert Decision.objects.filter(by=school.grader, undone_at=None).count() == PIECES
    assert Comment.objects.filter(attempt__in=evening, anchor__endswith=":prompt").count() == 6
    assert not Claim.objects.filter(attempt__in=evening).exists()


def test_help_and_comments_are_reachable_and_accessible(school: School, evening: list[Attempt], page: Page) -> None:
    with serving() as site:
        sign_in(page, school, site)
        page.goto(f"{site}/review/{evening[0].pk}/")
        page.keyboard.press("?")
        expect(page.locator("#keys-help")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("c")
        page.keyboard.type("jknu?")  # letters are letters while somebody writes
        expect(page.locator("#comment-text")).to_have_value("jknu?")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".comment-text")).to_have_text("jknu?")
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        violations = [
            each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")
        ]
        assert violations == []
