"""The only writers of prints and pairs. A comparison goes in short steps, so that students' work finds its turn."""

import logging
from collections import defaultdict
from datetime import timedelta
from functools import partial
from uuid import UUID

from celery import current_app
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import KombuError

from courses.attempts.models import Attempt
from courses.attempts.selectors import tries_of_staff
from courses.catalog.models import Exercise
from courses.people.models import Enrolment
from courses.people.rules import check_can_review
from courses.similarity import pairing, reading
from courses.similarity.models import Comparison, Pair, Print
from workers.scheduling.storable import storable

logger = logging.getLogger(__name__)
STEP = "courses.compare_work"
CHUNK = 200  # attempts whose prints one step makes
LEASE = timedelta(minutes=5)
NOTE = 4000  # characters


def ask(*, exercise: Exercise, by: AbstractUser) -> Comparison:
    """Compare what was handed in: only what is new is read. Raises Denied."""
    check_can_review(by, exercise.module.course)
    with transaction.atomic():
        made, _new = Comparison.objects.update_or_create(
            exercise=exercise, defaults={"asked_at": timezone.now(), "done_at": None}
        )
        ask_for_step(exercise.pk)
    return made


def ask_for_step(exercise_id: int) -> None:
    """Once the transaction is committed; a message that is lost is made up for by the sweep."""
    transaction.on_commit(partial(_send, exercise_id), robust=True)


def _send(exercise_id: int) -> None:
    try:
        current_app.send_task(STEP, args=[exercise_id])
    except (KombuError, OSError) as error:
        logger.warning("the comparison of exercise %s goes on at the next sweep: %s", exercise_id, error)


def advance(exercise_id: int) -> bool:
    """One step; is there more to do? Two workers never take one at the same time."""
    now = timezone.now()
    free = Q(busy_until=None) | Q(busy_until__lte=now)
    row = Comparison.objects.filter(free, exercise=exercise_id, done_at=None)
    if not row.update(busy_until=now + LEASE):
        return False
    exercise = Exercise.objects.select_related("module__course").get(pk=exercise_id)
    try:
        left = _read_some(exercise)
        if not left:
            _compare(exercise)
        Comparison.objects.filter(exercise=exercise_id).update(
            left=left, works=Print.objects.filter(exercise=exercise).count(),
            done_at=None if left else timezone.now(),
        )  # fmt: skip
    finally:
        Comparison.objects.filter(exercise=exercise_id).update(busy_until=None)
    return left > 0


def _unread(exercise: Exercise, version: str) -> QuerySet[Attempt]:
    known = Print.objects.filter(exercise=exercise, version=version).values("attempt_id")
    handed_in = Attempt.objects.filter(exercise=exercise).exclude(state=Attempt.State.OPEN)
    handed_in = handed_in.exclude(pk__in=_tries(exercise))
    return handed_in.exclude(pk__in=known).order_by("submitted_at", "pk")


def _tries(exercise: Exercise) -> list[UUID]:
    return list(tries_of_staff().filter(exercise=exercise).values_list("pk", flat=True))


def _read_some(exercise: Exercise) -> int:
    """How many are left."""
    without = reading.starter(exercise)
    unread = _unread(exercise, reading.version(exercise, without))
    attempts = list(unread[:CHUNK])
    for each in attempts:
        each.exercise = exercise
    rows = list(reading.prints_of(exercise, attempts, without))
    Print.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["attempt"], update_fields=["version", "hashes", "pictures"]
    )
    return unread.count() if len(attempts) == CHUNK else 0


def _compare(exercise: Exercise) -> None:
    rows = Print.objects.filter(exercise=exercise).exclude(attempt__in=_tries(exercise))
    rows = rows.select_related("attempt").only("attempt__student_id", "hashes", "pictures")
    groups = _groups(exercise)
    found = pairing.alike([reading.work_of(row, groups) for row in rows.iterator()])
    _write(exercise, found)


def _groups(exercise: Exercise) -> dict[int, frozenset[int]]:
    """Of every student: those who work together are not compared."""
    rows = Enrolment.objects.filter(course=exercise.module.course_id, groups__isnull=False)
    found: dict[int, set[int]] = defaultdict(set)
    for student, group in rows.values_list("user_id", "groups"):
        found[student].add(group)
    return {student: frozenset(each) for student, each in found.items()}


@transaction.atomic
def _write(exercise: Exercise, found: list[pairing.Likeness]) -> None:
    """What somebody has noted stays, also where works are not alike any more."""
    pairs = [
        Pair(exercise=exercise, first_id=each.first, second_id=each.second, shared=each.shared, share=each.share,
             bits=each.bits)
        for each in found
    ]  # fmt: skip
    keys = {(each.first, each.second) for each in found}
    unnoted = Pair.objects.filter(exercise=exercise, verdict=Pair.Verdict.NONE, note="")
    gone = [pk for pk, one, other in unnoted.values_list("pk", "first_id", "second_id")
            if (str(one), str(other)) not in keys]  # fmt: skip
    Pair.objects.filter(pk__in=gone).delete()
    Pair.objects.bulk_create(
        pairs, update_conflicts=True, unique_fields=["first", "second"], update_fields=["shared", "share", "bits"],
        batch_size=500,
    )  # fmt: skip


def judge(*, pair: Pair, by: AbstractUser, verdict: str, note: str) -> Pair:
    """What a person makes of it. Raises Denied, ValueError for a word that is no verdict."""
    check_can_review(by, pair.exercise.module.course)
    pair.verdict, pair.note = Pair.Verdict(verdict), str(storable(note.strip()[:NOTE]))
    pair.noted_by_id, pair.noted_at = by.pk, timezone.now()
    pair.save(update_fields=["verdict", "note", "noted_by", "noted_at"])
    return pair
