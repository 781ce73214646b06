"""Reading second readings."""

from collections.abc import Iterator

from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet

from courses.catalog.models import Course
from courses.grading.findings import leaves
from courses.people.rules import can_manage, courses_managed_by, courses_reviewed_by
from courses.readings.agreement import Pair
from courses.readings.models import Reading

State = Reading.State
RELATED = ("attempt__exercise__module__course", "attempt__exercise__rubric", "attempt__rubric", "attempt__student",
           "first__decided_by", "reader", "settled_by")  # fmt: skip


def readings() -> QuerySet[Reading]:
    return Reading.objects.select_related(*RELATED)


def to_read(user: AbstractUser) -> QuerySet[Reading]:
    """What `user` may read second: nothing of their own, nothing that they decided. Oldest first."""
    found = readings().filter(
        state=State.WAITING, attempt__exercise__module__course__in=_pks(courses_reviewed_by(user))
    )
    return found.exclude(attempt__student_id=user.pk).exclude(first__decided_by_id=user.pk).exclude(looked_by=user.pk)


def to_settle(user: AbstractUser) -> QuerySet[Reading]:
    """Readings that differ, in courses of `user` as an instructor. Oldest first."""
    return readings().filter(state=State.DIFFERS, attempt__exercise__module__course__in=_pks(courses_managed_by(user)))


def read_with(user: AbstractUser) -> QuerySet[Reading]:
    """Those that `user` decided first or read second, newest first."""
    mine = Q(reader_id=user.pk) | Q(first__decided_by_id=user.pk)
    return readings().exclude(state=State.WAITING).filter(mine).order_by("-read_at")


def shows_both(user: AbstractUser, reading: Reading) -> bool:
    """May `user` see the two readings side by side? Afterwards: both graders and the instructors."""
    if reading.state == State.WAITING:
        return False
    both = user.pk in (reading.reader_id, reading.first.decided_by_id)
    return both or can_manage(user, reading.attempt.exercise.module.course)


def pairs(course: Course) -> Iterator[Pair]:
    """Every criterion of every second reading of the course."""
    found = Reading.objects.exclude(state=State.WAITING).filter(attempt__exercise__module__course=course)
    columns = ("first__decided_by_id", "reader_id", "attempt__exercise_id", "first__findings", "scores")
    for one, other, exercise, findings, scores in found.values_list(*columns):
        for each in leaves(findings):
            if each["id"] in scores and each["score"] is not None:
                yield Pair((one, other), (exercise, each["id"]), float(each["score"]), float(scores[each["id"]]))


def _pks(courses: QuerySet[Course]) -> QuerySet[Course]:
    return courses.values("pk")  # type: ignore[return-value]  # only for a subquery
