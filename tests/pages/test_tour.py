"""The tour of a first visit: by role, once, and again when it is asked for."""

from collections.abc import Callable

import pytest
from django.test import Client

from athanor.accounts.models import User
from athanor.web.tour import TOURS, roles_of
from courses.people.models import Role
from tests.factories import make_course, make_enrolment, make_lesson, make_module
from tests.pages.conftest import School
from tests.pages.html import problems_of

As = Callable[[User | None], Client]
WORDS = {
    "student": "Hand in when you like it",
    "grader": "What waits for you",
    "instructor": "Invite your students",
    "administrator": "What the models run on",
}


@pytest.mark.parametrize("who", WORDS)
def test_each_role_sees_its_own_tour_until_it_is_put_away(who: str, school: School, as_: As) -> None:
    client = as_(getattr(school, who))
    first = client.get("/").content.decode()

    assert problems_of(first) == []
    assert [words in first for words in WORDS.values()] == [name == who for name in WORDS]
    assert client.post("/tour/", {"do": "done"})["Location"] == "/"
    assert "data-tour>" not in client.get("/").content.decode()
    client.post("/tour/", {"do": "again"})
    assert WORDS[who] in client.get("/").content.decode()


def test_new_role_brings_its_tour(school: School, as_: As) -> None:
    client = as_(school.student)
    client.post("/tour/", {"do": "done"})
    make_enrolment(course=make_course(), user=school.student, role=Role.INSTRUCTOR)

    assert WORDS["instructor"] in client.get("/").content.decode()


def test_tours_are_of_roles_that_exist(school: School) -> None:
    people = (school.student, school.grader, school.instructor, school.administrator, school.stranger)

    assert {role for user in people for role in roles_of(user)} == set(TOURS)


def test_course_of_ten_minutes_is_offered_to_who_is_in_it(school: School, as_: As) -> None:
    client = as_(school.student)
    before = client.get("/").content.decode()
    course = make_course(slug="first-steps", published=True)
    make_lesson(module=make_module(course=course))
    make_enrolment(course=course, user=school.student)

    assert "Or simply begin:" not in before
    assert "Or simply begin:" in client.get("/").content.decode()
