"""A class in session: its lane, its hands, its wall, and who is where."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athanor.accounts import privacy
from athanor.accounts.models import User
from courses.attempts import services as attempts
from courses.attempts.models import Run
from courses.catalog.models import Course, Exercise
from courses.classroom import services
from courses.classroom.board import Board, board_of
from courses.classroom.errors import ClassRefused
from courses.classroom.models import Hand, LiveSession, Showing
from courses.classroom.selectors import outputs_of, session_of, wall
from courses.classroom.signs import Sign
from courses.people.errors import Denied, Hidden
from courses.people.models import Role
from tests.factories import make_alias, make_enrolment, make_exercise, make_student, make_user
from workers.scheduling.models import Job
from workers.scheduling.spec import Lane
from workers.scheduling.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise() -> Exercise:
    make_alias()
    found = make_exercise()
    found.module.course.published = True
    found.module.course.save()
    return found


@pytest.fixture
def course(exercise: Exercise) -> Course:
    return exercise.module.course


@pytest.fixture
def teacher(course: Course) -> User:
    user = make_user()
    make_enrolment(course=course, user=user, role=Role.INSTRUCTOR)
    return user


@pytest.fixture
def student(course: Course) -> User:
    return make_student(course=course)


def asked(student: User, exercise: Exercise, state: State = State.QUEUED) -> Run:
    attempt = attempts.begin(student=student, exercise=exercise)
    run = attempts.start_run(attempt=attempt, payload={"text": "Hello"})
    if state != State.QUEUED:
        Job.objects.filter(pk=run.job_id).update(state=state, finished_at=timezone.now())
    return run


def test_runs_go_first_while_the_class_is_in_session(
    course: Course, exercise: Exercise, teacher: User, student: User
) -> None:
    before = asked(student, exercise, State.DONE)
    services.start(course=course, by=teacher)
    during = asked(student, exercise, State.DONE)
    services.end(course=course, by=teacher)
    after = asked(student, exercise, State.DONE)

    lanes = [Run.objects.get(pk=run.pk).job.lane for run in (before, during, after)]
    assert lanes == [Lane.INTERACTIVE, Lane.LIVE, Lane.INTERACTIVE]


def test_session_of_another_course_moves_nothing(exercise: Exercise, student: User) -> None:
    other = make_exercise().module.course
    LiveSession.objects.create(course=other)

    assert asked(student, exercise).job.lane == Lane.INTERACTIVE


def test_session_that_nobody_ends_ends_by_itself(course: Course, teacher: User) -> None:
    first = services.start(course=course, by=teacher)
    LiveSession.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert session_of(course) is None

    second = services.start(course=course, by=teacher, quiet_minutes=900)

    assert second.pk != first.pk
    assert second.quiet_minutes == 60
    assert services.start(course=course, by=teacher).pk == second.pk


def test_only_staff_starts_ends_and_chooses(course: Course, student: User) -> None:
    for user, refusal in ((student, Denied), (make_user(), Hidden)):
        with pytest.raises(refusal):
            services.start(course=course, by=user)
        with pytest.raises(refusal):
            services.end(course=course, by=user)
        with pytest.raises(refusal):
            services.choose(course=course, showing_id=1, shown=True, by=user)


def test_hand_is_raised_once_and_lowered_by_either(course: Course, teacher: User, student: User) -> None:
    with pytest.raises(ClassRefused):
        services.raise_hand(course=course, student=student)
    services.start(course=course, by=teacher)

    first = services.raise_hand(course=course, student=student)
    assert services.raise_hand(course=course, student=student).pk == first.pk
    services.lower_hand(course=course, student_id=student.pk, by=student)
    services.raise_hand(course=course, student=student)
    services.lower_hand(course=course, student_id=student.pk, by=teacher)

    assert Hand.objects.count() == 2
    assert not Hand.objects.filter(lowered_at=None).exists()
    with pytest.raises(Denied):
        services.lower_hand(course=course, student_id=teacher.pk, by=student)


def test_wall_shows_only_what_its_student_offers_and_the_staff_chooses(
    course: Course, exercise: Exercise, teacher: User, student: User
) -> None:
    session = services.start(course=course, by=teacher)
    run = asked(student, exercise, State.DONE)
    other = make_student(course=course)
    with pytest.raises(ClassRefused):
        services.offer(course=course, student=other, run_id=run.pk, named=True)

    assert [found.pk for found in outputs_of(session, student)] == [run.pk]
    showing = services.offer(course=course, student=student, run_id=run.pk, named=False)
    assert list(wall(course)) == []
    services.choose(course=course, showing_id=showing.pk, shown=True, by=teacher)
    assert [found.run_id for found in wall(course)] == [run.pk]
    services.withdraw(course=course, student=other, run_id=run.pk)
    assert wall(course).count() == 1
    services.withdraw(course=course, student=student, run_id=run.pk)
    assert wall(course).count() == 0


def test_answer_that_has_not_come_cannot_be_offered_and_ten_are_enough(
    course: Course, exercise: Exercise, teacher: User, student: User
) -> None:
    services.start(course=course, by=teacher)
    waiting = asked(student, exercise)
    with pytest.raises(ClassRefused):
        services.offer(course=course, student=student, run_id=waiting.pk, named=False)
    Job.objects.update(state=State.DONE)
    runs = [waiting, *(asked(student, exercise, State.DONE) for _ in range(services.MOST_OFFERED))]

    for run in runs[:-1]:
        services.offer(course=course, student=student, run_id=run.pk, named=False)
    with pytest.raises(ClassRefused):
        services.offer(course=course, student=student, run_id=runs[-1].pk, named=False)


def test_end_lowers_hands_and_takes_the_wall_down(
    course: Course, exercise: Exercise, teacher: User, student: User
) -> None:
    services.start(course=course, by=teacher)
    services.raise_hand(course=course, student=student, exercise=exercise)
    services.offer(course=course, student=student, run_id=asked(student, exercise, State.DONE).pk, named=True)

    services.end(course=course, by=teacher)

    assert not Hand.objects.filter(lowered_at=None).exists()
    assert not Showing.objects.exists()


def test_person_gets_what_classes_know_and_may_have_it_erased(
    course: Course, exercise: Exercise, teacher: User, student: User
) -> None:
    services.start(course=course, by=teacher)
    services.raise_hand(course=course, student=student)
    services.offer(course=course, student=student, run_id=asked(student, exercise, State.DONE).pk, named=True)

    told = privacy.export(user=student)["classroom"]
    Job.objects.update(state=State.DONE)
    privacy.erase(user=student)

    assert [len(told["hands"]), len(told["offered"])] == [1, 1]
    assert not Hand.objects.exists()
    assert not Showing.objects.exists()


def read(course: Course) -> Board:
    session = session_of(course)
    assert session is not None
    return board_of(session)


def test_board_says_who_is_where(course: Course, exercise: Exercise, teacher: User, student: User) -> None:
    services.start(course=course, by=teacher)
    stuck, waiting, helpless = (make_student(course=course) for _ in range(3))
    make_student(course=course)  # does nothing
    asked(student, exercise, State.DONE)
    for _ in range(3):
        asked(stuck, exercise, State.FAILED)
    run = asked(waiting, exercise)
    Job.objects.filter(pk=run.job_id).update(created_at=timezone.now() - timedelta(minutes=2))
    services.raise_hand(course=course, student=helpless)

    board = read(course)

    signs = {place.enrolment.user_id: place.sign for place in board.places}
    assert signs == {
        helpless.pk: Sign.HAND, stuck.pk: Sign.FAILING, waiting.pk: Sign.WAITING, student.pk: Sign.WORKING
    }  # fmt: skip
    assert [place.enrolment.user_id for place in board.places] == list(
        dict.fromkeys([helpless.pk, stuck.pk, waiting.pk, student.pk])
    )
    assert board.absent == 1
    assert [(found.pk, count) for found, count in board.exercises] == [(exercise.pk, 3)]
    assert (board.load.queued, board.load.running) == (1, 0)


def test_board_costs_no_more_queries_for_many(course: Course, exercise: Exercise, teacher: User, student: User) -> None:
    services.start(course=course, by=teacher)
    asked(student, exercise, State.DONE)
    few = queries(course)
    for _ in range(3):
        asked(make_student(course=course), exercise, State.DONE)

    assert queries(course) == few <= 10


def queries(course: Course) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(course)
    return len(captured)
