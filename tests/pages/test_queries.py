"""A list asks the database as often for three rows as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from athanor.accounts.models import ApiKey, User
from courses.people.models import Role
from courses.regrade.services import prepare
from tests.factories import make_course, make_enrolment, make_exercise, make_server, make_user
from tests.pages.conftest import School
from tests.pages.work import answer, asked, handed_in

As = Callable[[User | None], Client]
MOST = 30


def course(school: School) -> None:
    found = make_course()
    make_enrolment(course=found, user=school.student, role=Role.STUDENT)


def exercise(school: School) -> None:
    make_exercise(module=school.exercise.module, position=9)


def finished_attempt(school: School) -> None:
    student = make_user()
    make_enrolment(course=school.course, user=student, role=Role.STUDENT)
    handed_in(student, school.exercise)


def my_attempt(school: School) -> None:
    handed_in(school.student, make_exercise(module=school.exercise.module))


def turn(school: School) -> None:
    answer(asked(school.student, school.exercise, parent=school.working.runs.last()), "Hello again.")


def waiting_turn(school: School) -> None:
    asked(school.student, school.exercise)


def regraded(school: School) -> None:
    prepare(exercise=school.exercise, by=school.instructor, note="Look again.")


def server(school: School) -> None:
    make_server()


def key(school: School) -> None:
    ApiKey.make(user=school.student, name="another")


Address = Callable[[School], str]
Add = Callable[[School], None]

GROWING: dict[str, tuple[str, Address, Add]] = {
    "home: courses": ("student", lambda school: "/", course),
    "home: results": ("student", lambda school: "/", my_attempt),
    "course": ("student", lambda school: f"/courses/{school.course.slug}/", exercise),
    "exercise: turns": ("student", lambda school: school.address, turn),
    "attempt": ("student", lambda school: f"/attempts/{school.marked.pk}/", my_attempt),
    "queue: mine": ("student", lambda school: "/queue/", waiting_turn),
    "queue: servers": ("student", lambda school: "/queue/", server),
    "review": ("grader", lambda school: "/review/?filter=all", finished_attempt),
    "gradebook": ("grader", lambda school: f"/courses/{school.course.slug}/gradebook/", finished_attempt),
    "regrades": ("instructor", lambda school: "/regrades/", regraded),
    "servers": ("administrator", lambda school: "/servers/", server),
    "keys": ("student", lambda school: "/account/keys/", key),
}


@pytest.mark.parametrize("what", GROWING)
def test_page_asks_as_often_for_three_rows_as_for_one(what: str, school: School, as_: As) -> None:
    who, address, add = GROWING[what]
    client = as_(getattr(school, who))
    add(school)
    few = queries(client, address(school))
    add(school)
    add(school)

    many = queries(client, address(school))

    assert len(many) == len(few), "\n".join(sorted(set(many) - set(few)))
    assert len(many) <= MOST


def queries(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]
