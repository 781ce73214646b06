"""Free play: who may, who reads it, what each column is sent, and that nothing of it stays once it is deleted."""

from typing import Any

import pytest
from django.http import Http404

from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.kinds.work import Refusal
from courses.people.models import Role
from courses.playground import rules, selectors, services
from courses.playground.models import Answer, Conversation, Prompt
from courses.playground.tasks import purge_deleted
from tests.factories import (
    make_administrator,
    make_alias,
    make_course,
    make_enrolment,
    make_server,
    make_student,
    make_user,
)
from workers.events.models import Event
from workers.scheduling.errors import QuotaUsed
from workers.scheduling.models import Allowance, Job, Spending
from workers.scheduling.quotas import settle
from workers.scheduling.states import State

pytestmark = pytest.mark.django_db
TWO = [{"alias": "chat-small", "temperature": 0}, {"alias": "chat-large", "temperature": 1.2}]


@pytest.fixture
def course() -> Course:
    server = make_server()
    for name in ("chat-small", "chat-large"):
        make_alias(name=name, server=server)
    return make_course(playground={"aliases": ["chat-small", "chat-large"]})


@pytest.fixture
def alice(course: Course) -> User:
    return make_student(course=course, username="alice")


def begun(owner: User, course: Course, **changes: Any) -> Conversation:
    given = {"mode": "text", "columns": TWO, "settings": {"system": "Be brief.", "seed": 7}, "text": "What is heat?"}
    return services.begin(owner=owner, course=course, **{**given, **changes})


def answer_all(conversation: Conversation, **texts: str) -> None:
    """As workers would have written it; the key is the alias with an underscore."""
    for answer in Answer.objects.filter(prompt__conversation=conversation, job__state=State.QUEUED):
        text = texts.get(answer.column["alias"].replace("-", "_"), "")
        result = {"task": "chat", "text": text, "finish": "stop"} if text else None
        Job.objects.filter(pk=answer.job_id).update(state=State.DONE if text else State.DEAD, result=result)


def requests(conversation: Conversation) -> dict[str, list[tuple[str, str]]]:
    """The messages of the newest request of each alias."""
    jobs = Job.objects.filter(subject=conversation.subject).order_by("created_at")
    return {job.alias: [(each["role"], each["content"]) for each in job.request["messages"]] for job in jobs}


def test_one_message_goes_to_every_model_at_once(alice: User, course: Course) -> None:
    conversation = begun(alice, course)

    asked = [("system", "Be brief."), ("user", "What is heat?")]
    assert requests(conversation) == {"chat-small": asked, "chat-large": asked}
    jobs = Job.objects.filter(subject=conversation.subject)
    assert {(job.alias, job.request["options"]["temperature"], job.request["options"]["seed"]) for job in jobs} == {
        ("chat-small", 0, 7), ("chat-large", 1.2, 7),
    }  # fmt: skip
    assert {(job.lane, job.share_group, job.owner) for job in jobs} == {("interactive", f"course:{course.pk}", alice)}


def test_each_column_keeps_its_own_history_and_forgets_what_failed(alice: User, course: Course) -> None:
    conversation = begun(alice, course)
    answer_all(conversation, chat_small="Motion.")  # the large one failed

    services.ask(conversation=conversation, text="Again?", columns=TWO, settings={})

    assert requests(conversation)["chat-small"] == [
        ("user", "What is heat?"), ("assistant", "Motion."), ("user", "Again?"),
    ]  # fmt: skip
    assert requests(conversation)["chat-large"] == [("user", "Again?")]


def test_models_stay_those_of_the_beginning(alice: User, course: Course) -> None:
    conversation = begun(alice, course)
    answer_all(conversation, chat_small="a", chat_large="b")

    services.ask(
        conversation=conversation, text="Go on", columns=[{"alias": "chat-large", "temperature": 2}], settings={}
    )

    conversation.refresh_from_db()
    assert conversation.columns == [
        {"alias": "chat-small", "temperature": 2.0}, {"alias": "chat-large", "temperature": None},
    ]  # fmt: skip


def test_the_same_key_asks_once(alice: User, course: Course) -> None:
    first, second = begun(alice, course, idempotency_key="k"), begun(alice, course, idempotency_key="k")
    answer_all(first, chat_small="a", chat_large="b")
    asked = [
        services.ask(conversation=first, text="More", columns=TWO, settings={}, idempotency_key="n") for _ in range(2)
    ]

    assert (first.pk, asked[0].pk) == (second.pk, asked[1].pk)
    assert (Conversation.objects.count(), Prompt.objects.count(), Job.objects.count()) == (1, 2, 4)


def test_two_clicks_at_once_begin_one_conversation(
    alice: User, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = begun(alice, course, idempotency_key="k")
    looked = [None, first]  # the second request looks before the first has committed
    monkeypatch.setattr(services, "_begun_with", lambda _owner, _key: looked.pop(0))

    second = begun(alice, course, idempotency_key="k")

    assert (second, Conversation.objects.count(), Job.objects.count()) == (first, 1, 2)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "  "}, "empty"),
        ({"text": "x" * 8_001}, "too_long"),
        ({"columns": []}, "no_model"),
        ({"columns": [{"alias": "chat-small"}] * 5}, "too_many_models"),
        ({"columns": [{"alias": "chat-secret"}]}, "not_offered"),
        ({"columns": [{"alias": "chat-small", "temperature": 9}]}, "wrong_setting"),
        ({"settings": {"max_tokens": 100_000}}, "wrong_setting"),
        ({"settings": {"num_ctx": 1}}, "wrong_setting"),
    ],
)
def test_what_cannot_be_sent_makes_nothing(alice: User, course: Course, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        begun(alice, course, **changes)

    assert refused.value.code == code
    assert (Conversation.objects.count(), Job.objects.count()) == (0, 0)


def test_next_message_waits_for_the_answers(alice: User, course: Course) -> None:
    conversation = begun(alice, course)

    with pytest.raises(Refusal, match="unfinished"):
        services.ask(conversation=conversation, text="Quick", columns=TWO, settings={})


def test_only_its_owner_learns_of_a_conversation(alice: User, course: Course) -> None:
    conversation = begun(alice, course)
    others = [make_administrator(), make_user()]
    for role in (Role.GRADER, Role.INSTRUCTOR, Role.STUDENT):
        make_enrolment(course=course, user=(other := make_user()), role=role)
        others.append(other)

    assert rules.can_see_conversation(alice, conversation)
    assert [other for other in others if rules.can_see_conversation(other, conversation)] == []
    assert [list(selectors.conversations_of(other, course)) for other in others] == [[]] * 5


def test_course_switches_it_off(alice: User, course: Course) -> None:
    Course.objects.update(playground={"enabled": False})
    course.refresh_from_db()

    assert not rules.can_play(alice, course)
    with pytest.raises(Http404):
        begun(alice, course)


def test_without_a_list_the_models_of_the_exercises_are_offered(course: Course) -> None:
    Course.objects.update(playground={})
    course.refresh_from_db()

    assert [offer.name for offer in selectors.offers(course, "text")] == ["chat-small"]
    assert selectors.offers(course, "image") == []


def test_a_fault_costs_nothing_and_the_allowance_holds(alice: User, course: Course) -> None:
    Allowance.objects.create(group=f"course:{course.pk}", person_tokens=100)
    conversation = begun(alice, course)
    for job in Job.objects.filter(subject=conversation.subject):
        settle(job.pk, seconds=0, result=None)  # as the scheduler does for a job that a server failed
    answer_all(conversation)

    services.ask(conversation=conversation, text="Again", columns=TWO, settings={})
    Spending.objects.update(tokens=100)
    answer_all(conversation, chat_small="a", chat_large="b")
    with pytest.raises(QuotaUsed):
        services.ask(conversation=conversation, text="And again", columns=TWO, settings={})


def test_stopping_a_column_stops_its_job_alone(alice: User, course: Course) -> None:
    conversation = begun(alice, course)
    first, second = Answer.objects.filter(prompt__conversation=conversation)

    services.stop(answer=first)

    assert Job.objects.get(pk=first.job_id).state == State.CANCELLED
    assert Job.objects.get(pk=second.job_id).state == State.QUEUED


def test_deleting_destroys_the_words_and_keeps_the_statistics(alice: User, course: Course) -> None:
    conversation = begun(alice, course, text="my grandmother")
    answer_all(conversation, chat_small="your grandmother", chat_large="b")

    services.delete(conversation=conversation)

    assert Conversation.objects.count() == Prompt.objects.count() == Answer.objects.count() == 0
    assert not Event.objects.filter(channel=conversation.channel).exists()
    jobs = list(Job.objects.values("request", "result", "owner", "alias"))
    assert [(job["request"], job["result"], job["owner"]) for job in jobs] == [({"task": "chat"}, None, alice.pk)] * 2
    assert Spending.objects.count() == 2


def test_deleting_what_still_runs_hides_it_at_once_and_destroys_it_later(alice: User, course: Course) -> None:
    conversation = begun(alice, course)
    Job.objects.filter(subject=conversation.subject).update(state=State.RUNNING)

    services.delete(conversation=conversation)

    conversation.refresh_from_db()
    assert not rules.can_see_conversation(alice, conversation)
    assert set(Job.objects.values_list("cancel_requested_at", flat=True)) != {None}
    assert purge_deleted() == 0
    Job.objects.update(state=State.CANCELLED)
    assert purge_deleted() == 1
    assert Conversation.objects.count() == 0


def test_renaming_takes_one_line(alice: User, course: Course) -> None:
    conversation = begun(alice, course)
    services.rename(conversation=conversation, title="  Heat\nand light ")
    services.rename(conversation=conversation, title="   ")

    conversation.refresh_from_db()
    assert conversation.title == "Heat and light"


def test_title_is_the_beginning_of_the_first_message(alice: User, course: Course) -> None:
    assert len(begun(alice, course, text="word " * 100).title) <= 60
    assert begun(alice, course, text="Why\nso?").title == "Why so?"
