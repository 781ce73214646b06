"""What a student reads about a deadline and about a late mark, on pages and by the API."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import extensions
from courses.catalog.models import Exercise
from tests.pages.conftest import School
from tests.pages.html import problems_of
from tests.pages.work import handed_in

As = Callable[[User | None], Client]


@pytest.fixture
def late(school: School) -> Exercise:
    now = timezone.now()
    school.exercise.due_at, school.exercise.closes_at = now - timedelta(hours=2), now + timedelta(days=9)
    school.exercise.late = {"loss": 0.2, "per": "day", "least": 0.5}
    school.exercise.save()
    return school.exercise


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_says_when_and_why(language: str, late: Exercise, school: School, as_: As) -> None:
    User.objects.update(language=language)
    client = as_(school.student)
    before = client.get(school.address).content.decode()
    extensions.grant(
        course=school.course, exercise=late, student=school.student, days=2, reason="hospital", by=school.instructor
    )

    after = client.get(school.address).content.decode()

    assert (before.count("hospital"), after.count("hospital")) == (0, 1)
    assert problems_of(before) == problems_of(after) == []
    assert all(before.count(credit) for credit in ("100 %", "80 %", "60 %", "50 %"))
    assert before.count('aria-current="true"') >= 1


def test_late_mark_shows_both_numbers(late: Exercise, school: School, as_: As) -> None:
    attempt = handed_in(school.grader, late, "Hello.")
    extensions.recompute(type(attempt).objects.filter(pk=attempt.pk))

    page = as_(school.grader).get(f"/attempts/{attempt.pk}/").content.decode()

    assert page.count("The work itself") == 1
    assert page.count("× 80 %") >= 1
    assert problems_of(page) == []


def test_api_names_dates_line_and_reasons(late: Exercise, school: School, as_: As) -> None:
    client = as_(school.student)
    module = late.module
    address = f"/api/v1/courses/{school.course.slug}/modules/{module.slug}/exercises/{late.slug}/"
    plain = client.get(address).json()["deadline"]
    extensions.grant(
        course=school.course, exercise=late, student=school.student, days=2, reason="hospital", by=school.instructor
    )

    found = client.get(address).json()

    assert [part["credit"] for part in plain["credit"]] == [1.0, 0.8, 0.6, 0.5]
    assert (plain["reasons"], plain["due_at"]) == ([], plain["everybody"])
    assert found["deadline"]["reasons"] == ["you were given an extension: hospital"]
    assert found["due_at"] == found["deadline"]["due_at"] > plain["due_at"]
