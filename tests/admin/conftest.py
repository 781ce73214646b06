"""Two courses, and everybody around them: Alice teaches A, Bob helps to grade A, Charlie teaches B."""

from dataclasses import dataclass

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.catalog import revisions
from courses.catalog.models import Course, Exercise, Lesson, Module, Revision
from courses.people.models import Enrolment, Extension, Group, Role
from courses.progress.models import Certificate
from tests.factories import (
    make_administrator,
    make_course,
    make_enrolment,
    make_exercise,
    make_extension,
    make_grader,
    make_group,
    make_instructor,
    make_lesson,
    make_module,
    make_student,
    make_submitted_attempt,
)


@dataclass(frozen=True)
class Place:
    """A course with one row of each kind."""

    course: Course
    module: Module
    lesson: Lesson
    exercise: Exercise
    student: User
    enrolment: Enrolment
    attempt: Attempt
    score: Score
    revision: Revision
    group: Group
    extension: Extension
    certificate: Certificate


def make_place(slug: str) -> Place:
    course = make_course(slug=slug)
    module = make_module(course=course, slug=f"{slug}-module")
    exercise = make_exercise(module=module, slug=f"{slug}-exercise")
    student = make_student(course=course, username=f"student-of-{slug}")
    attempt = make_submitted_attempt(exercise=exercise, student=student, state=Attempt.State.GRADED)
    score = Score.objects.create(
        attempt=attempt, origin=Score.Origin.AUTO, value=0.5, rubric=exercise.rubric, grader_version="1"
    )
    group = make_group(course=course, name=f"{slug}-group")
    return Place(
        group=group,
        extension=make_extension(course=course, group=group),
        certificate=Certificate.objects.create(course=course, student=student, name=f"Name {slug}", title=course.title),
        course=course,
        module=module,
        lesson=make_lesson(module=module, slug=f"{slug}-lesson"),
        exercise=exercise,
        student=student,
        enrolment=Enrolment.objects.get(user=student),
        attempt=attempt,
        score=score,
        revision=make_revision(course),
    )


def make_revision(course: Course) -> Revision:
    revision = revisions.record(course=course)
    assert revision is not None
    return revision


@pytest.fixture
def place_a(db: None) -> Place:
    return make_place("course-a")


@pytest.fixture
def place_b(db: None) -> Place:
    return make_place("course-b")


@pytest.fixture
def alice(place_a: Place) -> User:
    return make_instructor(course=place_a.course, username="alice")


@pytest.fixture
def bob(place_a: Place) -> User:
    return make_grader(course=place_a.course, username="bob")


@pytest.fixture
def administrator(db: None) -> User:
    return make_administrator(username="root-of-all")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def add_instructor(course: Course, user: User) -> None:
    make_enrolment(course=course, user=user, role=Role.INSTRUCTOR)
