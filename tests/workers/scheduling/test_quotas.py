"""Quotas: reserved once per job, put right at its end, refunded where nothing was given."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends.errors import ServerFault
from workers.backends.requests import ImageRequest, ImageResult, Picture
from workers.scheduling import quotas, services
from workers.scheduling.errors import QuotaUsed
from workers.scheduling.models import Allowance, Job, Spending
from workers.scheduling.quotas import Amount, meters
from workers.scheduling.spec import JobSpec, Lane
from workers.scheduling.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("commits")]
GROUP = "course:1"


def allow(**limits: Any) -> Allowance:
    return Allowance.objects.create(**{"group": GROUP, **limits})


def spent(job: Job) -> Spending:
    return Spending.objects.get(pk=job.pk)


def picture(batch: int, key: str = "") -> JobSpec:
    return JobSpec(key=key or f"image-{batch}", alias="chat-small", request=ImageRequest(prompt="a cat", batch=batch))


def test_asking_reserves_and_the_answer_settles(broker: Broker, student: User) -> None:
    make_server()
    [job] = ask(spec(text="one two three", max_tokens=50), owner=student)
    reserved = spent(job)
    run_all(broker)
    settled = spent(job)

    assert (reserved.settled, reserved.tokens) == (False, 54)  # 13 characters are about 4 tokens
    assert (settled.settled, settled.tokens) == (True, 6)  # the server counted 3 + 3
    assert settled.owner == student


def test_same_key_reserves_once_and_a_retry_reserves_nothing_more(broker: Broker, student: User) -> None:
    make_server(model="fault")
    question = spec("run:1")
    [job] = ask(question, owner=student)
    ask(question, owner=student)
    run_all(broker)
    job.refresh_from_db()

    assert job.state == State.QUEUED
    assert job.tries == 1
    assert Spending.objects.count() == 1
    assert not spent(job).settled  # it is still to come


def test_what_failed_for_good_costs_nothing(broker: Broker, student: User) -> None:
    make_server()
    [job] = ask(owner=student)
    [[_, token]] = broker.runs()
    services.start(job_id=job.pk, token=token, worker="w", manifest={})
    Job.objects.filter(pk=job.pk).update(tries=3)
    services.fail(job_id=job.pk, token=token, error=ServerFault("broken"))
    job.refresh_from_db()

    assert job.state == State.DEAD
    assert (spent(job).seconds, spent(job).tokens, spent(job).settled) == (0, 0, True)


def test_what_was_stopped_while_it_waited_costs_nothing(broker: Broker, student: User) -> None:
    [job] = ask_without_server(student)
    services.cancel(job_id=job.pk)

    assert (spent(job).tokens, spent(job).settled) == (0, True)


def ask_without_server(student: User) -> list[Job]:
    make_server(slots=1)
    ask(spec("first"), subject="attempt:0")
    return ask(spec("second"), owner=student)


def test_limit_refuses_with_what_is_left_and_when(broker: Broker, student: User) -> None:
    allow(person_tokens=60)
    make_server()
    ask(spec(max_tokens=100), owner=student)  # something is left: it is taken

    with pytest.raises(QuotaUsed) as refused:
        ask(spec(max_tokens=1), owner=student, subject="attempt:2")

    assert (refused.value.unit, refused.value.whose, refused.value.left) == ("tokens", "person", 0)
    assert 0 < refused.value.retry_after <= 86_400 + 3600
    assert not Job.objects.filter(subject="attempt:2").exists()


def test_images_are_counted_before_they_are_made(broker: Broker, student: User) -> None:
    allow(person_images=3)
    make_server()
    ask(picture(2), owner=student)

    with pytest.raises(QuotaUsed) as refused:
        ask(picture(4), owner=student)

    assert (refused.value.left, refused.value.wanted) == (1, 4)
    ask(picture(1), owner=student)  # what is left may be used
    ask(spec(), owner=student)  # a question is no picture


def test_yesterday_and_other_courses_do_not_count(broker: Broker, student: User) -> None:
    allow(person_tokens=10)
    make_server()
    [job] = ask(owner=student)
    Spending.objects.filter(pk=job.pk).update(day=timezone.now().date() - timedelta(days=2))
    [other] = ask(owner=student, subject="attempt:2")
    Spending.objects.filter(pk=other.pk).update(group="course:2")

    ask(owner=student, subject="attempt:3")


def test_handing_in_is_never_refused_and_costs_its_student_nothing(broker: Broker, student: User) -> None:
    allow(person_tokens=0, group_tokens=10_000)
    make_server()
    ask(spec(lane=Lane.SUBMISSION), owner=student)

    with pytest.raises(QuotaUsed):
        ask(spec(), owner=student)
    used = {meter.whose: meter.used for meter in meters(group=GROUP, owner_id=student.pk)}
    assert used["person"] == 0
    assert used["group"] > 0


def test_course_that_used_its_part_refuses_everybody(broker: Broker, student: User) -> None:
    allow(group_seconds=1)
    make_server()
    ask(owner=student)
    other = User.objects.create(username="other", email="other@example.org")

    with pytest.raises(QuotaUsed) as refused:
        ask(owner=other, subject="attempt:2")
    assert refused.value.whose == "group"


def test_most_special_row_decides(student: User) -> None:
    Allowance.objects.create(group="", person_tokens=1, person_images=5)
    allow(person_tokens=2)
    allow(owner=student, person_tokens=3, group_tokens=4)

    limits = {(meter.whose, meter.unit): meter.limit for meter in meters(group=GROUP, owner_id=student.pk)}
    assert limits == {("person", "tokens"): 3, ("person", "images"): 5}


def test_pictures_are_counted_as_they_came() -> None:
    one = Picture(digest="0" * 64, width=64, height=64, size=1)
    assert quotas.amount_of(ImageResult(pictures=[one]), 2.0) == Amount(2.0, images=1)
