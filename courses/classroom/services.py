"""The only writers of live sessions, raised hands and the wall. Whoever watches the class is told after the commit."""

from functools import partial
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.attempts.models import Run
from courses.catalog.models import Course, Exercise
from courses.classroom import errors
from courses.classroom.models import Hand, LiveSession, Showing
from courses.classroom.selectors import session_of
from courses.people.rules import Person, check_can_open_course, check_can_review
from workers.events.publish import nudge
from workers.scheduling.states import State

MOST_OFFERED = 10  # outputs of one student at once


def channel_of(course: Course) -> str:
    return f"class:{course.pk}"


def _tell(course: Course, what: str) -> None:
    transaction.on_commit(partial(nudge, channel=channel_of(course), type="class", data={"what": what}), robust=True)


@transaction.atomic
def start(*, course: Course, by: Person, quiet_minutes: int = 5) -> LiveSession:
    """Begin a session; one that is open goes on, with this patience. Raises Denied, Hidden."""
    check_can_review(by, course)
    now = timezone.now()
    LiveSession.objects.filter(course=course, ended_at=None, ends_at__lte=now).update(ended_at=now)
    session, _new = LiveSession.objects.update_or_create(
        course=course, ended_at=None, defaults={"quiet_minutes": min(60, max(1, quiet_minutes))},
        create_defaults={"started_by_id": by.pk, "quiet_minutes": min(60, max(1, quiet_minutes))},
    )  # fmt: skip
    _tell(course, "session")
    return session


@transaction.atomic
def end(*, course: Course, by: Person) -> None:
    """The session ends, every hand is lowered, and the wall is taken down."""
    check_can_review(by, course)
    now = timezone.now()
    LiveSession.objects.filter(course=course, ended_at=None).update(ended_at=now)
    Hand.objects.filter(course=course, lowered_at=None).update(lowered_at=now)
    Showing.objects.filter(course=course).delete()
    _tell(course, "session")


@transaction.atomic
def raise_hand(*, course: Course, student: AbstractUser, exercise: Exercise | None = None) -> Hand:
    """Ask for help; a hand that is up stays up. Raises ClassRefused where no class is in session."""
    check_can_open_course(student, course)
    if session_of(course) is None:
        raise errors.no_session()
    if exercise is not None and exercise.module.course_id != course.pk:
        exercise = None
    hand, _new = Hand.objects.get_or_create(
        course=course, student_id=student.pk, lowered_at=None, defaults={"exercise": exercise}
    )
    _tell(course, "hand")
    return hand


@transaction.atomic
def lower_hand(*, course: Course, student_id: int, by: Person) -> None:
    """By the student, or by the staff of the course."""
    if by.pk != student_id:
        check_can_review(by, course)
    Hand.objects.filter(course=course, student_id=student_id, lowered_at=None).update(lowered_at=timezone.now())
    _tell(course, "hand")


@transaction.atomic
def offer(*, course: Course, student: AbstractUser, run_id: UUID, named: bool) -> Showing:
    """Let one output be shown to the class. Raises ClassRefused."""
    check_can_open_course(student, course)
    if session_of(course) is None:
        raise errors.no_session()
    own = Q(attempt__student_id=student.pk, attempt__exercise__module__course=course, job__state=State.DONE)
    run = Run.objects.filter(own, pk=run_id).first()
    if run is None:
        raise errors.not_yours()
    others = Showing.objects.filter(course=course, student_id=student.pk).exclude(run=run)
    if others.count() >= MOST_OFFERED:
        raise errors.too_many()
    showing, _new = Showing.objects.update_or_create(
        run=run, defaults={"course": course, "student_id": student.pk, "named": named}
    )
    _tell(course, "wall")
    return showing


@transaction.atomic
def withdraw(*, course: Course, student: AbstractUser, run_id: UUID) -> None:
    """It leaves the wall at once, without a question."""
    Showing.objects.filter(course=course, student_id=student.pk, run_id=run_id).delete()
    _tell(course, "wall")


@transaction.atomic
def forget(*, student_id: int) -> None:
    """Nothing of this person stays: neither when they asked for help nor what they offered."""
    Hand.objects.filter(student_id=student_id).delete()
    Showing.objects.filter(student_id=student_id).delete()


@transaction.atomic
def choose(*, course: Course, showing_id: int, shown: bool, by: Person) -> None:
    """The staff hangs an offered output on the wall, or takes it down. Raises Denied, Hidden."""
    check_can_review(by, course)
    Showing.objects.filter(course=course, pk=showing_id).update(chosen_at=timezone.now() if shown else None)
    _tell(course, "wall")
