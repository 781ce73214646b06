"""People and their places in courses."""

from collections.abc import Sequence
from typing import Any

from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.people.models import Enrolment, Extension, Group, Role
from tests.factories.names import fresh

PASSWORD = "correct horse battery"


def make_user(*, username: str = "", password: str = PASSWORD, **fields: Any) -> User:
    name = username or fresh("user")
    return User.objects.create_user(
        username=name, email=fields.pop("email", f"{name}@example.org"), password=password, **fields
    )


def make_administrator(**fields: Any) -> User:
    return make_user(is_staff=True, is_superuser=True, **fields)


def make_enrolment(*, course: Course, user: User, role: Role = Role.STUDENT, **fields: Any) -> Enrolment:
    return Enrolment.objects.create(course=course, user=user, role=role, **fields)


def make_student(*, course: Course, **fields: Any) -> User:
    user = make_user(**fields)
    make_enrolment(course=course, user=user, role=Role.STUDENT)
    return user


def make_grader(*, course: Course, **fields: Any) -> User:
    user = make_user(**fields)
    make_enrolment(course=course, user=user, role=Role.GRADER)
    return user


def make_instructor(*, course: Course, **fields: Any) -> User:
    user = make_user(**fields)
    make_enrolment(course=course, user=user, role=Role.INSTRUCTOR)
    return user


def make_group(*, course: Course, members: Sequence[Enrolment] = (), **fields: Any) -> Group:
    group = Group.objects.create(course=course, **{"name": fresh("group"), **fields})
    group.members.set(members)
    return group


def make_extension(*, course: Course, **fields: Any) -> Extension:
    """A day more; say for whom: `student` or `group`."""
    return Extension.objects.create(course=course, **{"days": 1, "reason": "ill", **fields})
