"""What the staff of a course hands in there, to see how it is for students, is nobody's work and counts in nothing."""

from typing import Any

import pytest

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.attempts.selectors import tries_of_staff
from courses.catalog.models import Course, Exercise
from courses.classroom.board import board_of
from courses.classroom.services import start
from courses.gradebook.choosing import students_of
from courses.gradebook.condition import condition_of
from courses.gradebook.selectors import exercises_of
from courses.people.models import Enrolment, Role
from courses.readings.models import Reading
from courses.readings.services import draw
from courses.review import distribution, selectors
from courses.review.models import Assignment
from courses.review.services import decide
from courses.similarity import services as similarity
from courses.similarity.models import Print
from tests.courses.recorded import exercise_for, submitted
from tests.factories import make_administrator, make_course, make_enrolment, make_grader, make_instructor, make_student

RUBRIC: dict[str, Any] = {
    "items": [{"id": "one", "title": {"en": "One"}, "criterion": "contains", "params": {"terms": ["hello"]}}]
}


class Class:
    """A student, a grader, an instructor and an administrator have handed the same exercise in."""

    def __init__(self) -> None:
        self.exercise: Exercise = exercise_for(rubric=RUBRIC)
        Exercise.objects.filter(pk=self.exercise.pk).update(release=Exercise.Release.AFTER_REVIEW)
        self.exercise.refresh_from_db()
        self.course: Course = self.exercise.module.course
        self.student, self.grader = make_student(course=self.course), make_grader(course=self.course)
        self.instructor, self.administrator = make_instructor(course=self.course), make_administrator()
        self.other = make_grader(course=self.course)
        people = (self.student, self.grader, self.instructor, self.administrator)
        self.work = {person.pk: submitted(person, self.exercise) for person in people}

    def of(self, person: User) -> Attempt:
        return self.work[person.pk]


@pytest.fixture
def place(db: None) -> Class:
    return Class()


def test_only_work_of_students_waits_for_graders(place: Class) -> None:
    for reader in (place.other, place.instructor, place.administrator):
        assert list(selectors.queue(reader, place.course)) == [place.of(place.student)]
        assert selectors.counts(reader)["waiting"] == 1
    assert distribution.distribute(course=place.course, by=place.instructor) == 1
    assert Assignment.objects.get().attempt == place.of(place.student)


def test_who_teaches_here_may_be_a_student_elsewhere(place: Class) -> None:
    elsewhere = exercise_for(rubric=RUBRIC)
    make_enrolment(course=elsewhere.module.course, user=place.instructor, role=Role.STUDENT)
    make_enrolment(course=place.course, user=place.administrator, role=Role.STUDENT)
    theirs = submitted(place.instructor, elsewhere)
    reader = make_grader(course=elsewhere.module.course)

    assert list(selectors.queue(reader, filter="all")) == [theirs]
    assert set(tries_of_staff()) == {place.of(place.grader), place.of(place.instructor)}


def test_student_who_left_keeps_the_place_in_the_queue_and_a_former_grader_gets_one(place: Class) -> None:
    Enrolment.objects.filter(user__in=[place.student, place.grader]).update(active=False)

    assert set(selectors.queue(place.other)) == {place.of(place.student), place.of(place.grader)}


def test_it_is_not_read_a_second_time(place: Class) -> None:
    Course.objects.update(review={"second_reading": 1.0})
    for attempt in place.work.values():
        decide(attempt=attempt, grader=place.other, value=0.5, reason="So.")

    assert draw(Course.objects.get(pk=place.course.pk)) == 1
    assert Reading.objects.get().attempt == place.of(place.student)


def test_it_is_not_compared(place: Class) -> None:
    similarity.ask(exercise=place.exercise, by=place.grader)
    while similarity.advance(place.exercise.pk):
        pass

    assert [row.attempt for row in Print.objects.all()] == [place.of(place.student)]


def test_it_is_not_in_the_gradebook_its_statistics_or_the_class(place: Class) -> None:
    session = start(course=place.course, by=place.instructor)
    Attempt.objects.update(submitted_at=session.started_at, created_at=session.started_at)

    assert [row.user for row in students_of(place.course)] == [place.student]
    condition = condition_of(place.course, exercises_of(place.course))
    assert (condition.students, condition.steps[place.exercise.pk].handed_in) == (1, 1)
    assert sum(condition.bins[place.exercise.pk]) == 1
    assert [each.enrolment.user for each in board_of(session).places] == [place.student]


def test_another_course_is_untouched(place: Class) -> None:
    assert not tries_of_staff().filter(exercise__module__course=make_course()).exists()
