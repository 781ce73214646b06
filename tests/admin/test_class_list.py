"""A class is enrolled from a list only after its preview was seen."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from athanor.administration.class_list import Row, rows_of
from courses.people.models import Enrolment, Role
from tests.admin.conftest import Place, client_of
from tests.factories import make_user

LIST = (
    "email;role;name\nann@x.example;;Ann\nBEN;grader;Ben\nnobody;student;No\nalice;student;Me\nann@x.example;boss;A\n"
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("ann\nben\n", [Row(1, "ann", ""), Row(2, "ben", "")]),
        ("ann,grader\n\nben , Student", [Row(1, "ann", "grader"), Row(3, "ben", "student")]),
        ("Nom;Courriel\nAnn;ann@x.example", [Row(2, "ann@x.example", "")]),
        ('name\tusername\n"A\tB"\tann', [Row(2, "ann", "")]),
    ],
)
def test_list_is_read_as_spreadsheets_write_it(text: str, rows: list[Row]) -> None:
    assert list(rows_of(text)) == rows


def send(client: Client, place: Place, **data: Any) -> Any:
    return client.post(reverse("admin:enrolment_class"), {"course": place.course.pk, **data})


def test_preview_says_what_happens_and_then_it_happens(alice: User, place_a: Place) -> None:
    client = client_of(alice)
    make_user(username="ann", email="ann@x.example")
    make_user(username="ben")
    before = Enrolment.objects.count()

    preview = send(client, place_a, file=SimpleUploadedFile("class.csv", LIST.encode("utf-8-sig")))

    assert [(row.line, row.says) for row in preview.context["preview"]] == [
        (2, "joins as student"),
        (3, "joins as grader"),
        (4, "nobody here is called so"),
        (5, "you stay what you are"),
        (6, "there is no such role"),
    ]
    assert Enrolment.objects.count() == before
    send(client, place_a, text=preview.context["form"].initial["text"], confirmed="yes")
    roles = dict(Enrolment.objects.filter(course=place_a.course).values_list("user__username", "role"))
    assert (roles["ann"], roles["ben"], roles["alice"]) == (Role.STUDENT, Role.GRADER, Role.INSTRUCTOR)


def test_list_for_a_course_of_others_is_refused(alice: User, place_a: Place, place_b: Place) -> None:
    response = send(client_of(alice), place_b, text="alice")

    assert list(response.context["form"].errors) == ["course"]


def test_empty_list_is_named(alice: User, place_a: Place) -> None:
    assert send(client_of(alice), place_a).context["form"].non_field_errors() == ["Give a file or paste its text."]
