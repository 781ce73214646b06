"""A page that ends something says where to go from there."""

from collections.abc import Callable

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.catalog.models import Exercise
from tests.pages.conftest import School

As = Callable[[User | None], Client]
pytestmark = pytest.mark.django_db


def ways(school: School, client: Client) -> list[str]:
    html = client.get(f"/attempts/{school.marked.pk}/").content.decode()
    return [words for words in ("On with the course", "Try again") if words in html]


def test_result_leads_on_or_back_also_where_all_attempts_are_used(school: School, as_: As) -> None:
    client = as_(school.student)
    assert ways(school, client) == ["On with the course", "Try again"]

    Exercise.objects.update(attempt_limit=1)
    assert ways(school, client) == ["On with the course"]

    Exercise.objects.update(attempt_limit=None, pass_mark=1.0)
    school.marked.scores.model.objects.filter(attempt=school.marked).update(value=0.5)
    assert ways(school, client) == ["Try again"]


def test_graders_are_not_sent_into_the_exercise(school: School, as_: As) -> None:
    assert ways(school, as_(school.grader)) == []
