"""A list asks the database as often for three rows as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from athanor.accounts.models import ApiKey, User
from courses.attempts.models import Attempt
from courses.catalog.models import Course
from courses.inquiries.services import ask
from courses.notices.models import Notice
from courses.notices.services import notify
from courses.people.models import Role
from courses.readings.services import draw
from courses.regrade.services import prepare
from courses.review.services import decide
from courses.training.services import add_piece
from tests.factories import make_course, make_enrolment, make_exercise, make_server, make_user
from tests.pages.conftest import School
from tests.pages.judged import judged_exercise
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


def judge(school: School) -> None:
    judged_exercise(school.exercise.module)


def server(school: School) -> None:
    make_server()


def key(school: School) -> None:
    ApiKey.make(user=school.student, name="another")


def news(school: School) -> None:
    subject = f"attempt:{Notice.objects.count()}"
    notify([school.student], kind="released", title=school.exercise.title, subject=subject)


def request_about_a_mark(school: School) -> None:
    Course.objects.update(review={"requests": 9})
    student = make_user()
    make_enrolment(course=school.course, user=student, role=Role.STUDENT)
    ask(attempt=handed_in(student, school.exercise), student=student, text="Look again.")


def second_reading(school: School) -> None:
    Course.objects.update(review={"second_reading": 1.0})
    finished_attempt(school)
    for attempt in Attempt.objects.filter(state="graded", scores__by_person=0).exclude(scores__by_person=1):
        decide(attempt=attempt, grader=school.instructor, value=0.5, reason="So.")
    draw(Course.objects.get(pk=school.course.pk))


def training_piece(school: School) -> None:
    finished_attempt(school)
    attempt = Attempt.objects.filter(state="graded", training_piece=None).latest("created_at")
    add_piece(attempt=attempt, by=school.instructor, scores={"hello": 1.0}, reason="It greets.")


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
    "judges": ("instructor", lambda school: "/judges/", judge),
    "regrades": ("instructor", lambda school: "/regrades/", regraded),
    "servers": ("administrator", lambda school: "/servers/", server),
    "notices": ("student", lambda school: "/notices/", news),
    "requests": ("grader", lambda school: "/requests/", request_about_a_mark),
    "second readings": ("grader", lambda school: "/readings/", second_reading),
    "training": ("grader", lambda school: f"/courses/{school.course.slug}/training/", training_piece),
    "training: graders": ("instructor", lambda school: f"/courses/{school.course.slug}/training/", training_piece),
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
