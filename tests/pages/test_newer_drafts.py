"""A newer draft takes the place of the one that waits, and the page of each kind says so."""

from collections.abc import Callable

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Run
from courses.catalog.models import Module
from tests.pages import calls, images, labs
from tests.pages.conftest import School
from tests.pages.html import problems_of
from workers.scheduling.models import Job, Spending
from workers.scheduling.states import State

As = Callable[[User | None], Client]
Twice = Callable[[User, Module], Run]


def drawn(student: User, module: Module) -> Run:
    exercise = images.image_exercise(module, budget=1)
    older = images.asked(student, exercise, "a sea")
    images.asked(student, exercise, "a calm sea")
    return older


def called(student: User, module: Module) -> Run:
    exercise = calls.calls_exercise(module)
    older = calls.tried(student, exercise)
    calls.tried(student, exercise, definitions=calls.DEFINITIONS + " ")
    return older


def looked(student: User, module: Module) -> Run:
    exercise = labs.lab(module)
    older = labs.asked(student, exercise)
    labs.asked(student, exercise, text="Was it?")
    return older


@pytest.mark.parametrize("twice", [drawn, called, looked])
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Your newer run took the place of this one while it waited. It does not count."),
        ("fr", "Votre essai plus récent a pris la place de celui-ci, qui attendait encore. Il ne compte pas."),
    ],
)
def test_page_says_that_it_was_replaced(school: School, as_: As, twice: Twice, language: str, sentence: str) -> None:
    User.objects.update(language=language)
    older = twice(school.student, school.exercise.module)

    client = as_(school.student)
    page = client.get(f"/attempts/{older.attempt_id}/runs/{older.pk}/").content.decode()
    told = client.get(f"/api/v1/attempts/{older.attempt_id}/runs/{older.pk}/").json()

    assert page.count(sentence) == 1
    assert problems_of(page) == []
    assert (told["state"], told["failure"]) == ("cancelled", {"code": "replaced", "message": sentence})
    waiting = Job.objects.get(subject=older.attempt.subject, state=State.QUEUED)
    assert set(Spending.objects.filter(settled=False, job__in=[older.job_id, waiting.pk]).values_list("job")) == {
        (waiting.pk,)
    }
