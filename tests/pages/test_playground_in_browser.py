"""The playground in a real browser: two columns written at once, one stopped, a reload in the middle."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from athanor.accounts.models import Theme, User
from courses.playground.models import Answer, Conversation
from tests.pages import play
from tests.pages.conftest import School
from tests.pages.site import serving
from tests.pages.test_in_browser import Open, grave_violations, open_as, run_async
from workers.backends.backend import Delta
from workers.events.publish import publish
from workers.events.whisper import Whisper
from workers.scheduling.models import Job
from workers.scheduling.states import State

__all__ = ["open_as"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


def whisper(answer: Answer, *pieces: str) -> None:
    async def work() -> None:
        told = Whisper(channel=answer.prompt.conversation.channel, job=str(answer.job_id), epoch=1)
        await told.start()
        for piece in pieces:
            told.add(Delta(text=piece))
            await asyncio.sleep(0.05)
        await told.close()

    run_async(work)


def end(answer: Answer, text: str) -> None:
    play.finish(answer, {"task": "chat", "text": text, "finish": "stop", "usage": {"completion_tokens": 4}})
    data = {"job": str(answer.job_id), "state": "done", "epoch": 1}
    publish(channel=answer.prompt.conversation.channel, type="job", data=data)


def test_two_models_side_by_side(school: School, open_as: Open, page: Page) -> None:
    open_as(school.student, f"/courses/{school.course.slug}/")
    page.get_by_role("link", name="Open the playground").click()
    page.get_by_role("button", name="Compare with another model").click()
    page.get_by_label("Model 2").select_option("chat-small")
    page.locator("#temperature-2").fill("1.2")
    page.locator("#text").fill("What is heat?")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/playground/*-*/")
    expect(page.locator(".play-answer[data-active]")).to_have_count(2)
    expect(page.locator("[data-status-text]").first).to_contain_text("It is starting.")
    conversation = Conversation.objects.get()
    first, second = play.answers_of(conversation)
    Job.objects.update(state=State.RUNNING, lease_token=1)
    page.wait_for_timeout(200)  # the stream opens

    whisper(first, "Heat is ", "mo")
    whisper(second, "Fire <b>", "and fury. ")
    columns = page.locator(".play-answer")
    expect(columns.nth(0).locator("[data-answer]")).to_have_text("Heat is mo")
    expect(columns.nth(1).locator("[data-answer]")).to_have_text("Fire <b>and fury. ")
    page.reload()
    expect(columns.nth(0).locator("[data-answer]")).to_have_text("Heat is mo")

    page.wait_for_timeout(200)  # the stream opens
    with page.expect_response("**/stop/"):
        columns.nth(1).get_by_role("button", name="Stop").click()
    expect(columns.nth(1).get_by_role("button", name="Stop")).to_be_disabled()
    assert Job.objects.get(pk=second.job_id).cancel_requested_at is not None
    assert Job.objects.get(pk=first.job_id).cancel_requested_at is None
    end(second, "Fire <b>and fury. ")
    end(first, "Heat is **motion**.")

    expect(columns.nth(0).locator("strong")).to_have_text("motion")
    expect(page.locator("#announcer")).to_contain_text("Column 1, chat-small: the answer is complete.")
    expect(page.locator("#send")).to_be_enabled()
    page.locator("#text").fill("And light?")
    page.locator("#send").click()
    expect(page.locator(".play-exchange")).to_have_count(2)
    expect(page.locator("#text")).to_have_value("")


def test_one_model_is_read_aloud_sentence_by_sentence(school: School, open_as: Open, page: Page) -> None:
    conversation = play.begun(school.student, school.course, "What is heat?", 0.5)
    [answer] = play.answers_of(conversation)
    Job.objects.update(state=State.RUNNING)
    open_as(school.student, f"/playground/{conversation.pk}/")
    page.wait_for_timeout(200)  # the stream opens

    whisper(answer, "One sen", "tence. ", "And the beg")

    expect(page.locator("#announcer")).to_have_text("One sentence.")
    expect(page.locator("#announcer")).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_pages_are_accessible_and_fit_a_small_screen(theme: Theme, school: School, open_as: Open, page: Page) -> None:
    User.objects.update(theme=theme)
    page.emulate_media(color_scheme="dark" if theme == Theme.DARK else "light")
    conversation = play.begun(school.student, school.course)
    play.answer(conversation, ["Motion.", "Fire!"])
    for who, address in (
        (school.student, f"/courses/{school.course.slug}/playground/"),
        (school.student, f"/playground/{conversation.pk}/"),
        (school.administrator, "/ui/"),
    ):
        page.set_viewport_size({"width": 1280, "height": 900})
        open_as(who, address)
        assert grave_violations(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320, address
