"""Reading a class in session. Everything about people expects that `people.rules.check_can_review` was asked."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import BigIntegerField, DateTimeField, QuerySet
from django.utils import timezone

from courses.attempts.models import Run
from courses.catalog.models import Course
from courses.classroom.models import Hand, LiveSession, Showing
from workers import prepared
from workers.prepared import Given
from workers.scheduling.states import State

MOST_OUTPUTS = 12


def session_of(course: Course) -> LiveSession | None:
    """The session that is going on."""
    return LiveSession.objects.filter(course=course, ended_at=None, ends_at__gt=timezone.now()).first()


def is_live(course_id: int) -> bool:
    return bool(prepared.select("classroom live", _live, course_id, timezone.now()))  # asked for every run


def _live() -> QuerySet[LiveSession, tuple[int]]:
    given = {"course_id": Given(0, BigIntegerField()), "ends_at__gt": Given(1, DateTimeField())}
    return LiveSession.objects.filter(ended_at=None, **given).order_by().values_list("pk")[:1]


def hand_of(course: Course, student: AbstractUser) -> Hand | None:
    """The raised hand of a student."""
    return Hand.objects.filter(course=course, student_id=student.pk, lowered_at=None).first()


def outputs_of(session: LiveSession, student: AbstractUser) -> list[Run]:
    """What a student may offer for the wall: the answers that came during the session, the newest first."""
    found = Run.objects.filter(
        attempt__student_id=student.pk, attempt__exercise__module__course_id=session.course_id,
        job__state=State.DONE, created_at__gte=session.started_at,
    )  # fmt: skip
    related = found.select_related("job", "attempt__exercise", "showing").order_by("-created_at")
    return list(related[:MOST_OUTPUTS])


def kept_about(student: AbstractUser) -> dict[str, Any]:
    """What classes know of a person, for themselves."""
    hands = Hand.objects.filter(student_id=student.pk).values("course__slug", "raised_at", "lowered_at")
    shown = Showing.objects.filter(student_id=student.pk)
    return {
        "hands": list(hands),
        "offered": list(shown.values("course__slug", "run_id", "named", "offered_at", "chosen_at")),
    }


def offered(course: Course) -> QuerySet[Showing]:
    """What students offered, the oldest first."""
    return Showing.objects.filter(course=course).select_related("run__job", "run__attempt__exercise", "student")


def wall(course: Course) -> QuerySet[Showing]:
    """What hangs there, the newest first."""
    return offered(course).filter(chosen_at__isnull=False).order_by("-chosen_at")
