"""A small school: a course with work in every state, and its people."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from athanor.accounts.models import ApiKey, User
from courses.attempts.models import Attempt, Run
from courses.catalog.models import Course, Exercise, Lesson
from courses.people.models import Role
from courses.progress.models import Certificate
from tests.factories import (
    make_administrator,
    make_alias,
    make_asset,
    make_course,
    make_enrolment,
    make_exercise,
    make_lesson,
    make_module,
    make_server,
    make_user,
)
from tests.pages.work import answered, handed_in
from workers.backends.models import Server


@dataclass(frozen=True)
class School:
    course: Course
    lesson: Lesson
    exercise: Exercise
    server: Server
    student: User
    stranger: User  # knows nothing of the course
    grader: User
    instructor: User
    administrator: User
    working: Attempt  # open, with one answer
    run: Run
    marked: Attempt  # graded and released
    key: ApiKey
    certificate: Certificate

    @property
    def address(self) -> str:
        return f"/courses/{self.course.slug}/{self.exercise.module.slug}/exercises/{self.exercise.slug}/"


def found_school() -> School:
    course = make_course(slug="prompting", joining_open=True)
    module = make_module(course=course, slug="first")
    lesson = make_lesson(module=module, slug="tokens")
    make_asset(course=course, path="diagrams/tokens.svg")
    server = make_server(name="tiny", demonstration=True)
    make_alias(server=server)
    spec = {"alias": "chat-small", "turn_limit": 4, "options": {"temperature": {"min": 0, "max": 1.5, "default": 0.7}}}
    exercise = make_exercise(module=module, slug="hello", spec=spec)
    people = {name: make_user(username=name, language="en") for name in ("sam", "grace", "ines", "nobody")}
    for name, role in (("sam", Role.STUDENT), ("grace", Role.GRADER), ("ines", Role.INSTRUCTOR)):
        make_enrolment(course=course, user=people[name], role=role)
    marked = handed_in(people["sam"], exercise, "Hello to you.")
    run = answered(people["sam"], exercise, "Bonjour !")
    return School(
        course=course, lesson=lesson, exercise=exercise, server=server, student=people["sam"],
        stranger=people["nobody"], grader=people["grace"], instructor=people["ines"],
        administrator=make_administrator(username="ada", language="en"), working=run.attempt, run=run, marked=marked,
        key=ApiKey.make(user=people["sam"], name="script")[0],
        certificate=Certificate.objects.create(course=course, student=people["sam"], name="Sam", title=course.title),
    )  # fmt: skip


@pytest.fixture
def school(db: None) -> School:
    return found_school()


@pytest.fixture
def as_(client: Client) -> Callable[[User | None], Client]:
    """The client, signed in as somebody."""

    def sign_in(user: User | None) -> Client:
        client.logout()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in
