"""Marks from a file: read into a preview, which is kept, and written as it says or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from courses.attempts.models import Attempt, Score
from courses.attempts.services import append_human_score
from courses.catalog.models import Course, Exercise
from courses.gradebook import errors
from courses.gradebook.choosing import students_of
from courses.gradebook.exports import address
from courses.gradebook.importing import Book, Present, Target, plan
from courses.gradebook.models import Column, HandMark, Import, Standing
from courses.gradebook.selectors import columns_of, current_marks
from courses.gradebook.sheets import Unreadable, table
from courses.people.models import Enrolment
from courses.people.rules import check_can_review, check_can_see_names
from workers.scheduling.storable import storable

CENT = Decimal("0.01")
MOST_DECISIONS = 1000  # about exercises, in one file
EXERCISE, COLUMN = "exercise-", "column-"
Key = tuple[int, str]  # student, target


@transaction.atomic
def prepare(*, course: Course, by: AbstractUser, name: str, data: bytes, reason: str = "") -> Import:
    """Read the file and keep what it would change. Writes no mark. Raises GradebookRefused, Denied."""
    check_can_review(by, course)
    check_can_see_names(by, course)
    try:
        rows = table(data)
    except Unreadable as error:
        raise errors.unreadable(error.text) from error
    found = plan(rows, _book(course, by, rows[0] if rows else ()))
    decisions = [each for each in found.changes if each.target.startswith(EXERCISE)]
    if len(decisions) > MOST_DECISIONS:
        raise errors.too_many(MOST_DECISIONS)
    words = str(storable(reason.strip()[:300]))
    if decisions and not words:
        raise errors.reason_missing()
    return Import.objects.create(
        course=course, name=str(storable(name))[:200], reason=words, same=found.same, by_id=by.pk,
        changes=storable([each.stored() for each in found.changes]),
        problems=storable([asdict(each) for each in found.problems]),
    )  # fmt: skip


@transaction.atomic
def apply(*, draft: Import, by: AbstractUser) -> int:
    """Write what the preview says, all of it; how many marks. Raises GradebookRefused where anything moved since."""
    check_can_review(by, draft.course)
    locked = Import.objects.select_for_update().get(pk=draft.pk)
    if locked.state != Import.State.READY:
        raise errors.not_ready()
    decisions = [each for each in locked.changes if each["target"].startswith(EXERCISE)]
    by_hand = [each for each in locked.changes if each["target"].startswith(COLUMN)]
    attempts = _locked_attempts(decisions)
    _check_unmoved(draft.course, by, [*decisions, *by_hand])
    for each in decisions:
        attempt = attempts[each["attempt"]]
        value = min(1.0, float(Decimal(each["after"]) / attempt.exercise.points))
        append_human_score(attempt=attempt, by=by, value=value, reason=locked.reason)
    HandMark.objects.bulk_create([_mark(each, by) for each in by_hand], batch_size=500)
    locked.state, locked.applied_at = Import.State.APPLIED, timezone.now()
    locked.save(update_fields=["state", "applied_at"])
    return len(locked.changes)


def cancel(*, draft: Import, by: AbstractUser) -> None:
    """Raises GradebookRefused where it was applied already."""
    check_can_review(by, draft.course)
    if not Import.objects.filter(pk=draft.pk, state=Import.State.READY).update(state=Import.State.CANCELLED):
        raise errors.not_ready()


def _mark(change: Mapping[str, Any], by: AbstractUser) -> HandMark:
    return HandMark(
        column_id=int(change["target"].removeprefix(COLUMN)), student_id=change["student"], by_id=by.pk,
        points=Decimal(change["after"]), source=HandMark.Source.FILE,
    )  # fmt: skip


def _locked_attempts(decisions: Iterable[Mapping[str, Any]]) -> dict[str, Attempt]:
    """In one order, so that two imports at once wait for each other."""
    rows = Attempt.objects.filter(pk__in=[each["attempt"] for each in decisions]).select_related("exercise")
    return {str(each.pk): each for each in rows.order_by("pk").select_for_update(of=("self",))}


def _check_unmoved(course: Course, by: AbstractUser, changes: list[dict[str, Any]]) -> None:
    list(Column.objects.filter(course=course).order_by("pk").select_for_update())  # whoever types a mark waits
    book = _book(course, by, [each["title"] for each in changes])
    still = {target.key for target in book.targets.values()}
    moved = 0
    for each in changes:
        now = book.present(each["student"], each["target"])
        moved += each["target"] not in still or not now.allowed or now.entry != each["entry"]
    if moved:
        raise errors.moved_since(moved)


# --- what is there now ------------------------------------------------------------------------------------------


def _book(course: Course, by: AbstractUser, names: Iterable[str]) -> Book:
    """Only of the columns with these names: a course may have a lot more."""
    wanted, whole = {name.strip().casefold() for name in names}, columns_of(course)
    exercises = [each for each in whole.exercises if address(each).casefold() in wanted]
    by_hand = [each for each in whole.by_hand if address(each).casefold() in wanted]
    students = list(students_of(course).exclude(user_id=by.pk))  # nobody decides about their own work
    rows: list[Exercise | Column] = [*by_hand, *exercises]
    targets = {address(each).casefold(): _target(each) for each in rows}
    present = {**_columns_now(by_hand), **_exercises_now(exercises)}
    enrolled = {row.user_id for row in students}

    def now(student: int, key: str) -> Present:
        return present.get((student, key), Present(allowed=key.startswith(COLUMN) and student in enrolled))

    return Book(_people(students), targets, now)


def _target(row: Exercise | Column) -> Target:
    key = EXERCISE if isinstance(row, Exercise) else COLUMN
    return Target(f"{key}{row.pk}", address(row), row.points)


def _people(students: Iterable[Enrolment]) -> dict[str, dict[str, list[tuple[int, str]]]]:
    found: dict[str, dict[str, list[tuple[int, str]]]] = {
        name: defaultdict(list) for name in ("username", "email", "id")
    }
    for row in students:
        user = row.user
        shown = user.get_full_name() or user.get_username()
        for name, value in (("username", user.get_username()), ("email", user.email), ("id", str(user.pk))):
            if value:
                found[name][value.casefold()].append((user.pk, shown))
    return found


def _columns_now(columns: list[Column]) -> dict[Key, Present]:
    people = HandMark.objects.filter(column__in=columns).values_list("student_id", flat=True).distinct()
    return {
        (mark.student_id, f"{COLUMN}{mark.column_id}"): Present(mark.pk, mark.points)
        for mark in current_marks(columns, list(people))
    }


def _exercises_now(exercises: list[Exercise]) -> dict[Key, Present]:
    """Work that a person may decide: graded, and worth points."""
    points = {each.pk: each.points for each in exercises if each.points}
    others, newest = _others(list(points)), _newest_graded(list(points))
    found: dict[Key, Present] = {}
    rows = Standing.objects.filter(exercise__in=list(points), state__in=("waiting", "released"))
    for student, exercise, attempt, score, value in rows.values_list(
        "student_id", "exercise_id", "attempt", "score", "value"
    ):
        chosen = str(attempt) if score else newest.get((student, exercise), "")
        worth = None if value is None else (Decimal(str(value)) * points[exercise]).quantize(CENT)
        floor = max((mark for key, mark in others.get((student, exercise), ()) if key != chosen), default=0.0)
        least = (Decimal(str(floor)) * points[exercise]).quantize(CENT)
        found[student, f"{EXERCISE}{exercise}"] = Present(score or 0, worth, chosen, bool(chosen), least)
    return found


def _newest_graded(exercises: list[int]) -> dict[tuple[int, int], str]:
    """Where no attempt has a mark."""
    rows = Attempt.objects.filter(exercise__in=exercises, state=Attempt.State.GRADED).order_by("number")
    bare = Standing.objects.filter(exercise__in=exercises, score=None, state__in=("waiting", "released"))
    wanted = rows.filter(student__in=bare.values("student_id"))
    return {(student, exercise): str(key) for student, exercise, key in wanted.values_list("student", "exercise", "pk")}


def _others(exercises: list[int]) -> dict[tuple[int, int], list[tuple[str, float]]]:
    """What each shown attempt is worth, of those who have several."""
    several = Standing.objects.filter(exercise__in=exercises, handed_in__gt=1).values("student_id")
    counts = Score.objects.filter(attempt=OuterRef("pk")).order_by("-by_person", "-id").values("value")[:1]
    rows = Attempt.objects.filter(exercise__in=exercises, student__in=several, released_at__isnull=False)
    found: dict[tuple[int, int], list[tuple[str, float]]] = defaultdict(list)
    for key, student, exercise, value in rows.annotate(mark=Subquery(counts)).values_list(
        "pk", "student_id", "exercise_id", "mark"
    ):
        found[student, exercise].append((str(key), value or 0.0))
    return found
