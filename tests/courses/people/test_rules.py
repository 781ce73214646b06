"""Alice teaches, Bob helps, Dana studies, Charlie must see nothing."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser

from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.people import rules, selectors, services
from courses.people.errors import Denied, Hidden, JoiningClosed, WrongCode
from courses.people.models import Enrolment, Role
from tests.factories.courses import make_course, make_exercise, make_module
from tests.factories.people import (
    make_administrator,
    make_enrolment,
    make_grader,
    make_instructor,
    make_student,
    make_user,
)


@dataclass
class Cast:
    course: Course
    alice: User
    bob: User
    dana: User
    charlie: User
    admin: User


@pytest.fixture
def cast(db: None) -> Cast:
    course, other = make_course(), make_course()
    charlie = make_instructor(course=other)
    return Cast(
        course,
        make_instructor(course=course),
        make_grader(course=course),
        make_student(course=course),
        charlie,
        make_administrator(),
    )


def answers(cast: Cast, question: str) -> list[bool]:
    people = (cast.alice, cast.bob, cast.dana, cast.charlie, cast.admin, AnonymousUser())
    return [getattr(rules, question)(person, cast.course) for person in people]


def test_roles_answer_each_question(cast: Cast) -> None:
    assert answers(cast, "can_open_course") == [True, True, True, False, True, False]
    assert answers(cast, "can_review") == [True, True, False, False, True, False]
    assert answers(cast, "can_manage") == [True, False, False, False, True, False]


def test_stranger_learns_nothing_and_member_is_told(cast: Cast) -> None:
    with pytest.raises(Hidden):
        rules.check_can_manage(cast.charlie, cast.course)
    with pytest.raises(Denied):
        rules.check_can_manage(cast.dana, cast.course)


def test_course_that_is_not_published_exists_for_its_staff_only(cast: Cast) -> None:
    Course.objects.update(published=False)
    cast.course.refresh_from_db()

    assert answers(cast, "can_open_course") == [True, True, False, False, True, False]
    assert list(rules.courses_visible_to(cast.dana)) == []
    assert list(rules.courses_visible_to(cast.bob)) == [cast.course]


def test_removed_member_sees_nothing(cast: Cast) -> None:
    enrolment = Enrolment.objects.get(user=cast.bob)

    services.remove(enrolment=enrolment, by=cast.alice)

    assert not rules.can_open_course(cast.bob, cast.course)
    with pytest.raises(JoiningClosed):
        services.join(user=cast.bob, code=cast.course.join_code)


def test_lists_agree_with_the_questions(cast: Cast) -> None:
    people = (cast.alice, cast.bob, cast.dana, cast.charlie, cast.admin)

    for person in people:
        assert (cast.course in rules.courses_visible_to(person)) == rules.can_open_course(person, cast.course)
        assert (cast.course in rules.courses_reviewed_by(person)) == rules.can_review(person, cast.course)
        assert (cast.course in rules.courses_managed_by(person)) == rules.can_manage(person, cast.course)
    assert list(rules.courses_visible_to(AnonymousUser())) == []


def test_only_members_work(cast: Cast) -> None:
    exercise = make_exercise(module=make_module(course=cast.course))

    assert rules.can_work(cast.dana, exercise)
    with pytest.raises(Hidden):
        rules.check_can_work(cast.charlie, exercise)


def test_only_administrators_operate(cast: Cast) -> None:
    assert [rules.can_operate(person) for person in (cast.admin, cast.alice, AnonymousUser())] == [True, False, False]


@pytest.mark.parametrize("style", ["{}", " {} ", "{:.4}-{}"])
def test_code_is_read_as_people_type_it(cast: Cast, style: str) -> None:
    Course.objects.filter(pk=cast.course.pk).update(join_code="ABCD2345")
    typed = "abcd-2345" if style.startswith("{:.4}") else style.format("abcd2345")

    enrolment = services.join(user=cast.charlie, code=typed)

    assert (enrolment.course, enrolment.role) == (cast.course, Role.STUDENT)


@pytest.mark.parametrize("code", ["", "   ", "WRONGONE", "x" * 10_000, "'; --"])
def test_wrong_code_is_refused(cast: Cast, code: str) -> None:
    with pytest.raises(WrongCode):
        services.join(user=cast.charlie, code=code)


@pytest.mark.parametrize("fields", [{"joining_open": False}, {"published": False}])
def test_closed_course_takes_nobody(cast: Cast, fields: dict[str, bool]) -> None:
    Course.objects.update(**fields)

    with pytest.raises(JoiningClosed):
        services.join(user=make_user(), code=cast.course.join_code)


def test_joining_again_keeps_the_role(cast: Cast) -> None:
    assert services.join(user=cast.bob, code=cast.course.join_code).role == Role.GRADER
    assert Enrolment.objects.filter(course=cast.course, user=cast.bob).count() == 1


def test_instructor_enrols_and_grader_does_not(cast: Cast) -> None:
    newcomer = make_user()

    assert services.enrol(course=cast.course, user=newcomer, role=Role.GRADER, by=cast.alice).role == Role.GRADER
    assert services.enrol(course=cast.course, user=newcomer, role=Role.STUDENT, by=None).role == Role.STUDENT
    with pytest.raises(Denied):
        services.enrol(course=cast.course, user=newcomer, role=Role.INSTRUCTOR, by=cast.bob)
    with pytest.raises(Hidden):
        services.enrol(course=cast.course, user=cast.charlie, role=Role.INSTRUCTOR, by=cast.charlie)


def test_instructor_cannot_leave_the_course_without_one(cast: Cast) -> None:
    with pytest.raises(Denied):
        services.remove(enrolment=Enrolment.objects.get(user=cast.alice), by=cast.alice)


def test_members_are_the_active_ones(cast: Cast) -> None:
    make_enrolment(course=cast.course, user=make_user(), active=False)

    assert {member.user for member in selectors.members(cast.course)} == {cast.alice, cast.bob, cast.dana}
    assert [member.user for member in selectors.members(cast.course, Role.STUDENT)] == [cast.dana]
    assert [each.course for each in selectors.enrolments_of(cast.dana)] == [cast.course]
