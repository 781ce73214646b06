"""Append to the ledger what a regrade computed, and take it back: wherever the ledger still stands as it stood."""

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from courses.attempts import extensions, grader, marks
from courses.attempts.ledger import current, is_decision
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import LOOKING
from courses.regrade.effects import MOVES, WRITES, Effect
from courses.regrade.models import Change, Regrade
from courses.regrade.news import tell_students
from courses.regrade.preview import ledgers, opened, rewrite

CHUNK = 25  # attempts written in one transaction: students' own writes find their turn in between
BIG = ("attempt__draft", "attempt__answer", "attempt__spec")  # columns that nothing here needs

Writer = Callable[[Regrade, Change, Attempt, Score], Score]


@transaction.atomic
def apply(regrade: Regrade) -> bool:
    """Write some of what the preview said. Is there more?"""
    rows = opened(regrade, effect__in=WRITES, applied=None, skipped="").defer(*BIG, "before__findings")
    changes = _write(regrade, rows, _applied)
    # A mark that there was not yet when somebody was given more time follows that now.
    first = [change.attempt_id for change in changes if change.effect == Effect.SCORED and change.applied_id]
    extensions.recompute(Attempt.objects.filter(pk__in=first))
    return len(changes) == CHUNK


@transaction.atomic
def revert(regrade: Regrade) -> bool:
    """Append what counted before. Is there more?"""
    rows = opened(regrade, undone=None, skipped="").exclude(applied=None).defer(*BIG)
    return len(_write(regrade, rows, _reverted)) == CHUNK


def _write(regrade: Regrade, rows: QuerySet[Change], make: Writer) -> list[Change]:
    changes = list(rows.select_for_update(of=("self",))[:CHUNK])
    locked = Attempt.objects.filter(pk__in=[change.attempt_id for change in changes])
    attempts = {each.pk: each for each in locked.defer("draft", "answer", "spec").select_for_update().order_by("pk")}
    entries = ledgers(list(attempts.values()), whole=False)
    made: list[tuple[Change, Score]] = []
    for change in changes:
        now = current(entries.get(change.attempt_id, []))
        change.skipped = _moved_on(change, now, entries.get(change.attempt_id, []))
        if now is not None and not change.skipped:
            made.append((change, make(regrade, change, attempts[change.attempt_id], now)))
    _save(changes, made)
    _show(attempts[change.attempt_id] for change, _ in made if change.shown_before is None)
    moved = [change for change, _ in made if change.effect in MOVES]
    grader.tell_all(attempts[change.attempt_id] for change in moved)
    tell_students(regrade, [change for change in moved if attempts[change.attempt_id].released_at])
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
        attempt.review_reasons = [*change.reasons, *_kept(attempt.review_reasons)]
        attempt.released_at = None if change.reasons else timezone.now()
    entry = _entry(regrade, change, change.raw_value, now, by=regrade.applied_by_id, note=regrade.note)
    entry.findings = change.findings
    entry.rubric_id, entry.grader_version = regrade.rubric_id, regrade.grader_version
    return entry


def _reverted(regrade: Regrade, change: Change, attempt: Attempt, now: Score) -> Score:
    if change.shown_before is None:
        held = [reason for reason in change.reasons_before if reason not in LOOKING]
        attempt.released_at, attempt.review_reasons = None, [*held, *_kept(attempt.review_reasons)]
    old = cast("Score", change.before)  # what was applied had one
    entry = _entry(regrade, change, old.raw_value, now, by=regrade.reverted_by_id, note=f"↺ {regrade.note}")
    entry.findings = old.findings
    entry.rubric_id, entry.grader_version = old.rubric_id, old.grader_version
    return entry


def _kept(reasons: Sequence[str]) -> list[str]:
    """Reasons to look that have nothing to do with how it was graded."""
    return [reason for reason in reasons if reason in LOOKING]


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
