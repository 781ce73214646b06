"""No page of a course's administration asks the database more than 30 times, however large the course."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from athanor.accounts.models import User
from tests.admin.conftest import Place, client_of
from tests.factories import make_asset, make_exercise, make_lesson, make_module

MOST = 30


@pytest.fixture
def client(alice: User, place_a: Place) -> Client:
    for _number in range(4):
        module = make_module(course=place_a.course)
        make_lesson(module=module)
        make_exercise(module=module)
        make_exercise(module=place_a.module)
        make_asset(course=place_a.course, path=f"picture-{module.pk}.svg")
    return client_of(alice)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("catalog_course_changelist", None), ("catalog_course_change", "course"), ("course_copy", "course"),
        ("course_download", "course"), ("course_bring", None), ("catalog_module_changelist", None),
        ("catalog_module_change", "module"), ("catalog_lesson_changelist", None), ("catalog_lesson_change", "lesson"),
        ("catalog_exercise_changelist", None), ("catalog_exercise_add", None), ("catalog_exercise_change", "exercise"),
        ("catalog_revision_changelist", None), ("catalog_revision_change", "revision"),
        ("people_enrolment_changelist", None), ("enrolment_class", None),
    ],
)  # fmt: skip
def test_page_asks_at_most_thirty_times(name: str, row: str | None, client: Client, place_a: Place) -> None:
    arguments = [getattr(place_a, row).pk] if row else []
    with CaptureQueriesContext(connection) as captured:
        response = client.get(reverse(f"admin:{name}", args=arguments))

    assert response.status_code == 200
    assert len(captured) <= MOST, "\n".join(query["sql"][:200] for query in captured.captured_queries)
