"""Append to the ledger what a regrade computed, and take it back: wherever the ledger still stands as it stood."""

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from django.db import transaction
from django.utils import timezone

from courses.attempts import extensions, grader, marks
from courses.attempts.ledger import current, is_decision
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import HOLDING, OF_GRADING
from courses.regrade.effects import MOVES, WRITES, Effect
from courses.regrade.models import Change, Regrade
from courses.regrade.news import tell_students
from courses.regrade.preview import ledgers
from courses.regrade.rows import rewrite

CHUNK = 25  # attempts written in one transaction: students' own writes find their turn in between
ENTRY = ("attempt_id", "origin", "late_credit", "due_at", "created_at")  # what is read of the ledger
SHOWN = ("student_id", "state", "released_at", "review_reasons", "student__is_active")  # and of an attempt

Writer = Callable[[Regrade, Change, Attempt, Score], Score]


def apply(regrade: Regrade) -> bool:
    """Write some of what the preview said. Is there more?"""
    rows = regrade.changes.filter(effect__in=WRITES, applied=None, skipped="").order_by("id")
    changes = list(rows[:CHUNK])
    with transaction.atomic():
        written = _write(regrade, changes, _applied)
        # A mark that there was not yet when somebody was given more time follows that now.
        first = [change.attempt_id for change in written if change.effect == Effect.SCORED and change.applied_id]
        extensions.recompute(Attempt.objects.filter(pk__in=first))
    return len(changes) == CHUNK


def revert(regrade: Regrade) -> bool:
    """Append what counted before. Is there more?"""
    rows = regrade.changes.filter(undone=None, skipped="").exclude(applied=None).order_by("id")
    changes = list(rows.select_related("before").defer("findings")[:CHUNK])
    with transaction.atomic():
        _write(regrade, changes, _reverted)
    return len(changes) == CHUNK


def _write(regrade: Regrade, read: Sequence[Change], make: Writer) -> list[Change]:
    """`read`: before the database was locked, which holds others up; what another worker wrote since is left out."""
    rows = Change.objects.filter(pk__in=[change.pk for change in read]).select_for_update().order_by("pk")
    now_in = {pk: known for pk, *known in rows.values_list("pk", "applied_id", "undone_id", "skipped")}
    changes = [each for each in read if now_in.get(each.pk) == [each.applied_id, each.undone_id, each.skipped]]
    found = Attempt.objects.filter(pk__in=[change.attempt_id for change in changes]).select_related("student")
    attempts = {each.pk: each for each in found.only(*SHOWN).select_for_update(of=("self",)).order_by("pk")}
    entries = ledgers(list(attempts.values()), *ENTRY)
    made: list[tuple[Change, Score]] = []
    for change in changes:
        now = current(entries.get(change.attempt_id, []))
        change.skipped = _moved_on(change, now, entries.get(change.attempt_id, []))
        if now is not None and not change.skipped:
            made.append((change, make(regrade, change, attempts[change.attempt_id], now)))
    _save(changes, made)
    _show(attempts[change.attempt_id] for change, _ in made if change.shown_before is None)
    moved = [attempts[change.attempt_id] for change, _ in made if change.effect in MOVES]
    grader.tell_all(moved)
    tell_students(regrade, [each.student for each in moved if each.released_at])
    return changes


def _moved_on(change: Change, now: Score | None, entries: Sequence[Score]) -> str:
    """Why the ledger is no longer what it was; empty: it is. Other dates alone are no reason: the credit for lateness
    that holds now is taken over."""
    expected = change.applied_id or change.before_id
    if now is None or now.pk == expected:
        return ""
    if is_decision(now):
        return "decided"
    later = [entry for entry in entries if expected is None or entry.pk > expected]
    return "" if all(entry.origin == Score.Origin.LATE for entry in later) else "changed"


def _applied(regrade: Regrade, change: Change, attempt: Attempt, now: Score) -> Score:
    change.shown_before, change.reasons_before = attempt.released_at, attempt.review_reasons
    if attempt.released_at is None:
        settled = set(OF_GRADING) & set(attempt.review_reasons)
        attempt.review_reasons = _reasons(change.reasons, attempt)
        # Only what grading held back is shown by grading: not what a person hid, or shows later.
        if settled and not set(HOLDING) & set(attempt.review_reasons):
            attempt.released_at = timezone.now()
    entry = _entry(regrade, change, change.raw_value, now, by=regrade.applied_by_id, note=regrade.note)
    entry.findings = change.findings
    entry.rubric_id, entry.grader_version = regrade.rubric_id, regrade.grader_version
    return entry


def _reverted(regrade: Regrade, change: Change, attempt: Attempt, now: Score) -> Score:
    held = [reason for reason in change.reasons_before if reason in OF_GRADING]
    if change.shown_before is None and held:
        attempt.released_at, attempt.review_reasons = None, _reasons(held, attempt)
    old = cast("Score", change.before)  # what was applied had one
    entry = _entry(regrade, change, old.raw_value, now, by=regrade.reverted_by_id, note=f"↺ {regrade.note}")
    entry.findings = old.findings
    entry.rubric_id, entry.grader_version = old.rubric_id, old.grader_version
    return entry


def _reasons(of_grading: Sequence[str], attempt: Attempt) -> list[str]:
    """Those of grading are others now; those that have nothing to do with how it was graded stay."""
    return list(dict.fromkeys([*of_grading, *(each for each in attempt.review_reasons if each not in OF_GRADING)]))


def _entry(regrade: Regrade, change: Change, raw: float | None, now: Score, *, by: int | None, note: str) -> Score:
    value = marks.reduced(raw, now.late_credit)
    return Score(
        attempt_id=change.attempt_id,
        origin=Score.Origin.REGRADE,
        raw_value=raw,
        value=value,
        points=None if value is None else marks.points(value, regrade.exercise),
        late_credit=now.late_credit,
        due_at=now.due_at,
        reason=note,
        decided_by_id=by,
    )


def _save(changes: Sequence[Change], made: Sequence[tuple[Change, Score]]) -> None:
    Score.objects.bulk_create([score for _, score in made])
    for change, score in made:
        if change.applied_id is None:
            change.applied = score
        else:
            change.undone = score
    rewrite(changes, ["applied", "undone", "skipped", "shown_before", "reasons_before"])


def _show(attempts: Iterable[Attempt]) -> None:
    """Those whose mark was not shown before; the others still are. One write for all that are alike."""
    alike: dict[tuple[bool, tuple[str, ...]], list[Attempt]] = {}
    for attempt in attempts:
        alike.setdefault((attempt.released_at is None, tuple(attempt.review_reasons)), []).append(attempt)
    for (hidden, reasons), some in alike.items():
        found = Attempt.objects.filter(pk__in=[each.pk for each in some])
        found.update(released_at=None if hidden else some[0].released_at, review_reasons=list(reasons))
