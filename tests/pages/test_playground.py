"""The playground's pages: by forms, for its owner alone, asking the database as often for three rows as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.playground import services
from courses.playground.models import Answer, Conversation
from tests.pages import play
from tests.pages.conftest import School
from tests.pages.html import problems_of
from workers.scheduling.models import Job
from workers.scheduling.states import State

As = Callable[[User | None], Client]
pytestmark = pytest.mark.django_db
FORM = {"text": "What is heat?", "model_0": "chat-small", "temperature_0": "0", "model_1": "chat-small",
        "temperature_1": "1.2", "model_2": "", "seed": "", "max_tokens": "64", "system": "Be brief."}  # fmt: skip


def address(school: School) -> str:
    return reverse("playground", args=[school.course.slug])


def page_of(conversation: Conversation) -> str:
    return reverse("conversation", args=[conversation.pk])


def test_a_conversation_begins_and_goes_on_by_forms(school: School, as_: As) -> None:
    client = as_(school.student)
    assert "chat-small" in client.get(address(school)).content.decode()

    response = client.post(address(school), FORM)
    conversation = Conversation.objects.get()
    assert response["Location"] == page_of(conversation)
    assert [answer.column for answer in Answer.objects.all()] == play.columns(0, 1.2)
    play.answer(conversation, ["Motion.", "Fire!"])
    client.post(page_of(conversation), {**FORM, "text": "More?"})

    html = client.get(page_of(conversation)).content.decode()
    assert problems_of(html) == []
    assert [word in html for word in ("What is heat?", "Motion.", "Fire!", "More?", "The model is being loaded.")] == [
        True
    ] * 5


def test_what_was_typed_is_shown_again_with_the_reason(school: School, as_: As) -> None:
    response = as_(school.student).post(address(school), {**FORM, "text": "Hi", "max_tokens": "9999999"})

    html = response.content.decode()
    assert response.status_code == 422
    assert "“max_tokens” has a value that is not allowed" in html
    assert ">Hi</textarea>" in html
    assert "Be brief." in html
    assert not Conversation.objects.exists()


def test_only_its_owner_opens_any_part_of_it(school: School, as_: As) -> None:
    conversation = play.begun(school.student, school.course)
    answer = play.answers_of(conversation)[0]
    parts = [page_of(conversation), reverse("playground_answer", args=[conversation.pk, answer.pk]),
             reverse("export_conversation", args=[conversation.pk])]  # fmt: skip
    changes = [reverse(name, args=[conversation.pk]) for name in ("rename_conversation", "delete_conversation")]

    for who in (school.grader, school.instructor, school.administrator, school.stranger):
        client = as_(who)
        assert {client.get(part).status_code for part in parts} == {404}
        assert {client.post(change).status_code for change in [*changes, page_of(conversation)]} == {404}
    assert Conversation.objects.filter(deleted_at=None).exists()


def test_switched_off_it_is_gone_but_what_was_said_can_be_taken_away(school: School, as_: As) -> None:
    conversation = play.begun(school.student, school.course)
    Course.objects.update(playground={"enabled": False})
    client = as_(school.student)

    assert client.get(address(school)).status_code == 404
    assert address(school) not in client.get(reverse("course", args=[school.course.slug])).content.decode()
    html = client.get(page_of(conversation)).content.decode()
    assert "What is heat?" in html
    assert 'id="composer"' not in html


def test_stopping_renaming_and_deleting(school: School, as_: As) -> None:
    conversation = play.begun(school.student, school.course)
    first, second = play.answers_of(conversation)
    client = as_(school.student)

    client.post(reverse("stop_answer", args=[conversation.pk, first.pk]))
    client.post(reverse("rename_conversation", args=[conversation.pk]), {"title": "On heat"})
    html = client.get(page_of(conversation)).content.decode()
    assert (Job.objects.get(pk=first.job_id).state, Job.objects.get(pk=second.job_id).state) == ("cancelled", "queued")
    assert "On heat" in html
    assert client.post(reverse("delete_conversation", args=[conversation.pk]))["Location"] == address(school)
    assert client.get(page_of(conversation)).status_code == 404
    assert not Conversation.objects.exists()


def test_export_says_what_was_asked_with_which_seed(school: School, as_: As) -> None:
    conversation = play.begun(school.student, school.course)
    play.answer(conversation, ["Motion.", "Fire!"])
    client, export = as_(school.student), reverse("export_conversation", args=[conversation.pk])

    text = client.get(export, {"format": "md"}).content.decode()
    data = client.get(export).json()

    assert "## You\n\nWhat is heat?" in text
    assert "### chat-small · tiny · temperature 1.0 · seed 7\n\nFire!" in text
    assert [answer["result"]["text"] for answer in data["prompts"][0]["answers"]] == ["Motion.", "Fire!"]


def test_a_failed_column_says_whose_fault_it_was(school: School, as_: As) -> None:
    conversation = play.begun(school.student, school.course)
    Job.objects.update(state=State.DEAD, error={"code": "unreachable", "fault": "server", "detail": "", "facts": {}})

    html = as_(school.student).get(page_of(conversation)).content.decode()

    assert html.count("alert-warn") == 2


def test_pictures_are_its_owner_s_alone(school: School, as_: As) -> None:
    conversation, digest = play.painted(school.student, school.course)
    picture = reverse("play_picture", args=[conversation, digest])

    assert as_(school.student).get(picture)["Content-Type"] == "image/png"
    assert "attachment" in as_(school.student).get(picture, {"download": ""})["Content-Disposition"]
    assert as_(school.grader).get(picture).status_code == 404


def test_three_messages_and_conversations_ask_the_database_as_often_as_one(school: School, as_: As) -> None:
    conversation, client = play.begun(school.student, school.course), as_(school.student)
    play.answer(conversation, ["a", "b"])
    client.get(page_of(conversation))
    with CaptureQueriesContext(connection) as one:
        client.get(page_of(conversation))
    for _number in range(2):
        play.answer(play.begun(school.student, school.course), ["a", "b"])
        services.ask(conversation=conversation, text="More", columns=play.columns(), settings={})
        play.answer(conversation, ["a", "b"])

    with CaptureQueriesContext(connection) as three:
        client.get(page_of(conversation))

    assert len(three) == len(one)
    assert len(three) <= 30
