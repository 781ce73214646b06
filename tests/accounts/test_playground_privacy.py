"""Free play belongs to its owner: handed out to them, destroyed with them, read by nobody else."""

import json
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import reverse

from athanor.accounts import privacy
from courses.playground.models import Conversation
from courses.playground.services import begin
from tests.factories import make_administrator, make_alias, make_course, make_student
from workers.scheduling.models import Job
from workers.scheduling.states import State

pytestmark = pytest.mark.django_db
WORDS = "my grandmother lives in Lyon"


@pytest.fixture
def conversation() -> Conversation:
    make_alias()
    course = make_course()
    begun = begin(
        owner=make_student(course=course), course=course, mode="text", columns=[{"alias": "chat-small"}], settings={},
        text=WORDS,
    )  # fmt: skip
    result = {"task": "chat", "text": f"You said: {WORDS}", "finish": "stop"}
    Job.objects.filter(subject=begun.subject).update(state=State.DONE, result=result)
    return begun


def as_json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)


def test_a_person_takes_their_conversations_away(conversation: Conversation) -> None:
    [kept] = json.loads(as_json(privacy.export(user=conversation.owner)))["playground"]

    assert kept["prompts"][0]["text"] == WORDS
    assert kept["prompts"][0]["answers"][0]["result"]["text"] == f"You said: {WORDS}"


def test_nothing_is_left_of_an_erased_person(conversation: Conversation) -> None:
    privacy.erase(user=conversation.owner)

    assert Conversation.objects.count() == 0
    assert WORDS not in as_json(list(Job.objects.values()))


def test_administrators_see_that_it_ran_and_not_what_was_said(conversation: Conversation, client: Client) -> None:
    client.force_login(make_administrator())
    address = reverse("admin:scheduling_job_change", args=[Job.objects.get().pk])

    page = client.get(address)

    assert page.status_code == 200
    assert conversation.subject in page.content.decode()
    assert WORDS not in page.content.decode()
    Job.objects.update(subject="attempt:1")
    assert WORDS in client.get(address).content.decode()
