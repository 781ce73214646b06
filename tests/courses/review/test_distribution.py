"""Handing out what waits, taking it, giving it back, and what comes next for whom."""

from typing import Any

import pytest

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.catalog.models import Course, Exercise
from courses.notices.models import Notice
from courses.people.errors import Denied, Hidden
from courses.people.models import Enrolment
from courses.review import selectors, services
from courses.review.distribution import distribute, give_back, take
from courses.review.errors import NotYours
from courses.review.models import Assignment
from tests.courses.recorded import exercise_for, submitted
from tests.factories.people import make_grader, make_group, make_instructor, make_student


@pytest.fixture
def exercise(db: None) -> Exercise:
    return exercise_for(release=Exercise.Release.AFTER_REVIEW)


@pytest.fixture
def course(exercise: Exercise) -> Course:
    return exercise.module.course


@pytest.fixture
def ines(course: Course) -> User:
    return make_instructor(course=course)


def pieces(exercise: Exercise, count: int) -> list[Attempt]:
    return [submitted(make_student(course=exercise.module.course), exercise) for _number in range(count)]


def load(grader: User) -> int:
    return Assignment.objects.filter(grader=grader).count()


def test_waiting_work_is_handed_out_evenly_and_again_only_what_is_new(exercise: Exercise, ines: User) -> None:
    bob, eve = (make_grader(course=exercise.module.course) for _number in range(2))
    pieces(exercise, 5)

    assert distribute(course=exercise.module.course, by=ines) == 5
    assert sorted([load(bob), load(eve)]) == [2, 3]
    assert load(ines) == 0  # an instructor reads where there is no grader
    assert {notice.user for notice in Notice.objects.filter(kind="review_work")} == {bob, eve}
    assert distribute(course=exercise.module.course, by=ines) == 0
    pieces(exercise, 1)
    assert distribute(course=exercise.module.course, by=ines) == 1
    assert (load(bob), load(eve)) == (3, 3)


def test_section_reads_its_own(exercise: Exercise, course: Course, ines: User) -> None:
    bob, eve = (make_grader(course=course) for _number in range(2))
    mine, theirs = pieces(exercise, 3), pieces(exercise, 1)
    members = Enrolment.objects.filter(user__in=[bob, *(attempt.student for attempt in mine)])
    make_group(course=course, members=list(members))

    distribute(course=course, by=ines)

    assert {each.attempt for each in Assignment.objects.filter(grader=bob)} == set(mine)
    assert {each.attempt for each in Assignment.objects.filter(grader=eve)} == set(theirs)


def test_tries_of_graders_are_given_to_nobody_and_leavers_have_nothing(
    exercise: Exercise, course: Course, ines: User
) -> None:
    bob, eve = (make_grader(course=course) for _number in range(2))
    own = submitted(bob, exercise)
    pieces(exercise, 3)
    distribute(course=course, by=ines)
    assert not Assignment.objects.filter(attempt=own).exists()
    assert load(bob) + load(eve) == 3

    Enrolment.objects.filter(user=eve).update(active=False)
    distribute(course=course, by=ines)

    assert (load(bob), load(eve)) == (3, 0)


def test_only_instructors_distribute(exercise: Exercise, course: Course) -> None:
    with pytest.raises(Denied):
        distribute(course=course, by=make_grader(course=course))
    with pytest.raises(Hidden):
        distribute(course=course, by=make_instructor(course=exercise_for().module.course))


def test_work_is_taken_and_given_back(exercise: Exercise, course: Course, ines: User) -> None:
    bob, eve = (make_grader(course=course) for _number in range(2))
    [attempt] = pieces(exercise, 1)
    for _twice in range(2):
        assert take(attempt=attempt, grader=bob).grader == bob
    with pytest.raises(NotYours):
        take(attempt=attempt, grader=eve)
    with pytest.raises(Denied):
        give_back(attempt=attempt, by=eve)
    with pytest.raises(Denied):
        take(attempt=submitted(bob, exercise), grader=bob)

    give_back(attempt=attempt, by=ines)
    assert take(attempt=attempt, grader=eve).grader == eve
    services.decide(attempt=attempt, grader=eve, value=1.0, reason="Good.")
    assert load(eve) == 0


def test_next_piece_is_further_down_mine_or_nobodys(exercise: Exercise, course: Course) -> None:
    bob, eve = (make_grader(course=course) for _number in range(2))
    first, second, third, fourth = pieces(exercise, 4)
    take(attempt=third, grader=eve)

    def following(user: User, after: Attempt, **choice: Any) -> Attempt | None:
        return selectors.next_in_queue(user, after, **choice)

    assert following(bob, first) == second
    assert following(bob, second) == fourth  # the third is another's
    assert following(bob, fourth) == first  # round again
    assert following(eve, second) == third
    assert following(eve, first, whose="mine") == third
    assert list(selectors.queue(eve, whose="mine")) == [third]
    assert list(selectors.queue(bob, whose="free")) == [first, second, fourth]
    assert list(selectors.queue(bob)) == [first, second, third, fourth]


def test_shuffled_order_stays_and_is_each_graders_own(exercise: Exercise, course: Course) -> None:
    bob, eve = (make_grader(course=course) for _number in range(2))
    found = pieces(exercise, 8)
    orders = [list(selectors.queue(who, order="shuffled")) for who in (bob, bob, eve)]

    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert set(orders[0]) == set(orders[2]) == set(found)
    walked, here = [], orders[0][0]
    for _step in found:
        walked.append(here)
        here = selectors.next_in_queue(bob, here, order="shuffled") or here
    assert walked == orders[0]


def test_queue_of_one_section(exercise: Exercise, course: Course) -> None:
    bob = make_grader(course=course)
    mine, _theirs = pieces(exercise, 2)
    group = make_group(course=course, members=[Enrolment.objects.get(user=mine.student)])

    assert list(selectors.queue(bob, group=group)) == [mine]
