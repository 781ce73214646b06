"""Groups, extensions and time factors as instructors give them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.people.models import Enrolment, Extension, Group
from tests.admin.conftest import Place, client_of
from tests.factories import make_extension, make_group, make_instructor, make_student

ADD = reverse("admin:people_extension_add")


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def late(place_a: Place) -> Attempt:
    """A day late, and half of the mark gone."""
    now = timezone.now()
    policy = {"steps": [{"after": "0 h", "credit": 0.5}]}
    Exercise.objects.filter(pk=place_a.exercise.pk).update(due_at=now - timedelta(hours=20), late=policy)
    Attempt.objects.filter(pk=place_a.attempt.pk).update(submitted_at=now)
    Score.objects.filter(attempt=place_a.attempt).update(raw_value=1.0, late_credit=0.5, value=0.5)
    return place_a.attempt


def extension(place: Place, **fields: Any) -> dict[str, Any]:
    return {"course": place.course.pk, "exercise": place.exercise.pk, "person": place.student.username, "days": 1,
            "attempts": 0, "reason": "ill", **fields}  # fmt: skip


def marks(attempt: Attempt) -> list[float | None]:
    return list(attempt.scores.order_by("id").values_list("value", flat=True))


@pytest.mark.usefixtures("late")
def test_extension_is_given_and_the_mark_follows(client: Client, place_a: Place, alice: User) -> None:
    assert client.post(ADD, extension(place_a)).status_code == 302

    given = Extension.objects.get(group=None)
    assert (given.student, given.days, given.granted_by) == (place_a.student, 1, alice)
    assert marks(place_a.attempt) == [0.5, 1.0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"person": "nobody-at-all"}, "Nobody in this course is called: nobody-at-all."),
        ({"person": ""}, "Name one student or one group."),
        ({"person": "student-of-course-b"}, "student-of-course-b does not take part in this course."),
        ({"days": 0}, "Give days, a date, or attempts."),
        ({"reason": " "}, "This field is required."),
    ],
)
def test_extension_is_refused_in_words(
    fields: dict[str, Any], said: str, client: Client, place_a: Place, place_b: Place
) -> None:
    response = client.post(ADD, extension(place_a, **fields))

    assert said in [error for errors in response.context["adminform"].form.errors.values() for error in errors]
    assert Extension.objects.filter(group=None).count() == 0


def test_nobody_gives_time_in_a_course_of_others(client: Client, place_b: Place) -> None:
    response = client.post(ADD, extension(place_b))

    assert "course" in response.context["adminform"].form.errors
    assert Extension.objects.filter(group=None).count() == 0


def test_extension_is_ended_not_deleted(client: Client, place_a: Place) -> None:
    row = make_extension(course=place_a.course, student=place_a.student)
    address = reverse("admin:people_extension_changelist")

    client.post(address, {"action": "end", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.expires_at is not None
    assert client.get(reverse("admin:people_extension_delete", args=[row.pk])).status_code == 403


def test_group_is_made_of_people_of_the_course(client: Client, place_a: Place, place_b: Place) -> None:
    other = make_student(course=place_a.course, username="second")
    add = reverse("admin:people_group_add")
    refused = client.post(add, {"course": place_a.course.pk, "name": "Blue", "people": "second, student-of-course-b"})
    assert refused.context["adminform"].form.errors["people"] == [
        "Nobody in this course is called: student-of-course-b."
    ]

    client.post(add, {"course": place_a.course.pk, "name": "Blue", "people": f"second\n{place_a.student.username}"})

    assert set(Group.objects.get(name="Blue").members.values_list("user_id", flat=True)) == {
        other.pk,
        place_a.student.pk,
    }


@pytest.mark.usefixtures("late")
def test_who_joins_a_group_has_its_extension(client: Client, place_a: Place) -> None:
    group = make_group(course=place_a.course)
    make_extension(course=place_a.course, group=group)

    client.post(
        reverse("admin:people_group_change", args=[group.pk]), {"name": group.name, "people": place_a.student.username}
    )

    assert marks(place_a.attempt) == [0.5, 1.0]


@pytest.mark.usefixtures("late")
def test_time_factor_moves_marks(client: Client, place_a: Place) -> None:
    Exercise.objects.update(opens_at=timezone.now() - timedelta(days=5))
    address = reverse("admin:people_enrolment_change", args=[place_a.enrolment.pk])

    client.post(address, {"role": "student", "active": "on", "time_factor": "1.33"})

    assert Enrolment.objects.get(pk=place_a.enrolment.pk).time_factor == Decimal("1.33")
    assert marks(place_a.attempt) == [0.5, 1.0]


def test_charlie_sees_nothing(place_a: Place, place_b: Place) -> None:
    row = make_extension(course=place_a.course, group=make_group(course=place_a.course), reason="a secret illness")
    charlie = client_of(make_instructor(course=place_b.course, username="charlie"))

    assert charlie.get(reverse("admin:people_extension_change", args=[row.pk])).status_code in (302, 403, 404)
    assert row.reason not in charlie.get(reverse("admin:people_extension_changelist")).content.decode()
