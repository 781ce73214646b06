"""The work of a regrade in short steps, each of which may be done twice or by two workers: the result is the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.attempts import grader, marks, stored
from courses.attempts.ledger import current, is_decision
from courses.attempts.models import Attempt, Score
from courses.grading.findings import Outcome
from courses.grading.rubric import Rubric
from courses.regrade.effects import MOVES, WRITES, Effect, effect
from courses.regrade.models import Change, Regrade
from courses.regrade.scope import Scope, concerns
from workers.scheduling.storable import storable

CHUNK = 100  # attempts: a step holds nobody up for long
LEASE = timedelta(seconds=60)
NEXT = {
    Regrade.State.PREVIEWING: Regrade.State.READY,
    Regrade.State.APPLYING: Regrade.State.APPLIED,
    Regrade.State.REVERTING: Regrade.State.REVERTED,
}


def advance(regrade_id: UUID | str) -> bool:
    """One step. Is there more to do? False also while another worker has a step in hand."""
    now = timezone.now()
    free = Q(busy_until=None) | Q(busy_until__lte=now)
    working = Regrade.objects.filter(pk=regrade_id, state__in=Regrade.WORKING, paused=False)
    if not working.filter(free).update(busy_until=now + LEASE):
        return False
    regrade = Regrade.objects.select_related("exercise__module__course", "rubric").get(pk=regrade_id)
    try:
        left = STEPS[Regrade.State(regrade.state)](regrade)
    finally:
        Regrade.objects.filter(pk=regrade_id).update(busy_until=None)
    if not left:
        _end(regrade)
    return left


def _end(regrade: Regrade) -> None:
    """Unless a person sent it elsewhere meanwhile."""
    Regrade.objects.filter(pk=regrade.pk, state=regrade.state).update(
        state=NEXT[Regrade.State(regrade.state)], ended_at=timezone.now()
    )


# --- preview -----------------------------------------------------------------------------------------------------


def preview(regrade: Regrade) -> bool:
    """Compute some; nothing but the regrade's own rows is written."""
    changes = list(_open(regrade, effect="")[:CHUNK])
    attempts = [change.attempt for change in changes]
    for attempt in attempts:
        attempt.exercise = regrade.exercise
    found, scores = stored.records(attempts), current_scores(attempts)
    rubric, scope = Rubric.model_validate(regrade.rubric.content), Scope.model_validate(regrade.scope)
    outside, done = [], []
    for change in changes:
        before = scores.get(change.attempt_id)
        if before is None or not concerns(scope, before.findings):
            outside.append(change.pk)
            continue
        if is_decision(before):
            change.before, change.effect, change.value = before, Effect.DECIDED, before.value
        else:
            outcome = stored.outcome(change.attempt, found[change.attempt_id], rubric)
            _computed(change, before, outcome, regrade)
        done.append(change)
    with transaction.atomic():
        Change.objects.filter(pk__in=outside).delete()
        _rewrite(done, ["before", "effect", "raw_value", "value", "findings", "reasons"])
    return len(changes) == CHUNK


def _computed(change: Change, before: Score, outcome: Outcome, regrade: Regrade) -> None:
    findings = storable(outcome.findings)
    change.before, change.raw_value = before, outcome.score
    change.value = marks.reduced(outcome.score, before.late_credit)
    change.effect = effect(
        before.value, change.value, same_findings=findings == before.findings, never_lower=regrade.never_lower
    )
    change.findings = findings if change.effect in WRITES else []
    change.reasons = grader.review_reasons(outcome, regrade.exercise)


def current_scores(attempts: Sequence[Attempt]) -> dict[UUID, Score]:
    """What counts now, for each; one query."""
    ledgers: dict[UUID, list[Score]] = {}
    for score in Score.objects.filter(attempt__in=attempts):
        ledgers.setdefault(score.attempt_id, []).append(score)
    return {pk: found for pk, scores in ledgers.items() if (found := current(scores))}


def _open(regrade: Regrade, **fields: Any) -> QuerySet[Change]:
    return regrade.changes.filter(**fields).select_related("attempt__student", "before").order_by("id")


# --- apply and roll back ------------------------------------------------------------------------------------------


@transaction.atomic
def apply(regrade: Regrade) -> bool:
    """Append what the preview said, wherever the ledger still stands as it stood then."""
    return _write(regrade, _open(regrade, effect__in=WRITES, applied=None, skipped=""), _applied)


@transaction.atomic
def revert(regrade: Regrade) -> bool:
    """Append what counted before, wherever nothing came after the regrade's own entry."""
    rows = _open(regrade, undone=None, skipped="").exclude(applied=None).select_related("applied", "attempt", "before")
    return _write(regrade, rows, _reverted)


Writer = Callable[[Regrade, Change, Attempt], Score]


def _write(regrade: Regrade, rows: QuerySet[Change], make: Writer) -> bool:
    changes = list(rows.select_for_update(of=("self",))[:CHUNK])
    locked = Attempt.objects.filter(pk__in=[change.attempt_id for change in changes])
    attempts = {each.pk: each for each in locked.select_for_update().order_by("pk")}
    scores = current_scores(list(attempts.values()))
    made: list[tuple[Change, Score]] = []
    for change in changes:
        change.skipped = _moved_on(change, scores)
        if not change.skipped:
            made.append((change, make(regrade, change, attempts[change.attempt_id])))
    _save(changes, made, attempts)
    return len(changes) == CHUNK


def _moved_on(change: Change, scores: Mapping[UUID, Score]) -> str:
    """Why the ledger is no longer what it was; empty: it is."""
    now, expected = scores.get(change.attempt_id), change.applied_id or change.before_id
    if now is None or now.pk == expected:
        return ""
    return "decided" if is_decision(now) else "changed"


def _applied(regrade: Regrade, change: Change, attempt: Attempt) -> Score:
    change.shown_before, change.reasons_before = attempt.released_at, attempt.review_reasons
    if attempt.released_at is None:
        attempt.review_reasons = change.reasons
        attempt.released_at = None if change.reasons else timezone.now()
    entry = _entry(regrade, change, change.value, by=regrade.applied_by_id, note=regrade.note)
    entry.raw_value, entry.findings = change.raw_value, change.findings
    entry.rubric_id, entry.grader_version = regrade.rubric_id, regrade.grader_version
    return entry


def _reverted(regrade: Regrade, change: Change, attempt: Attempt) -> Score:
    attempt.released_at, attempt.review_reasons = change.shown_before, change.reasons_before
    old = cast("Score", change.before)  # what was applied had one
    entry = _entry(regrade, change, old.value, by=regrade.reverted_by_id, note=f"↺ {regrade.note}")
    entry.raw_value, entry.findings = old.raw_value, old.findings
    entry.rubric_id, entry.grader_version = old.rubric_id, old.grader_version
    return entry


def _entry(regrade: Regrade, change: Change, value: float | None, *, by: int | None, note: str) -> Score:
    before = cast("Score", change.before)
    return Score(
        attempt_id=change.attempt_id,
        origin=Score.Origin.REGRADE,
        value=value,
        points=None if value is None else marks.points(value, regrade.exercise),
        late_credit=before.late_credit,
        due_at=before.due_at,
        reason=note,
        decided_by_id=by,
    )


def _save(changes: list[Change], made: list[tuple[Change, Score]], attempts: Mapping[UUID, Attempt]) -> None:
    Score.objects.bulk_create([score for _, score in made])
    for change, score in made:
        if change.applied_id is None:
            change.applied = score
        else:
            change.undone = score
    _rewrite(changes, ["applied", "undone", "skipped", "shown_before", "reasons_before"])
    for change, _ in made:
        attempt = attempts[change.attempt_id]
        if change.shown_before is None:  # others were shown before, and still are
            attempt.save(update_fields=["released_at", "review_reasons"])
    for change, _ in made:
        if change.effect in MOVES:
            grader.tell(attempts[change.attempt_id])


def _rewrite(changes: list[Change], fields: list[str]) -> None:
    """As `bulk_update`, several times faster: the write lock is held for a moment only."""
    Change.objects.bulk_create(changes, update_conflicts=True, unique_fields=["id"], update_fields=fields)


STEPS: Mapping[Regrade.State, Callable[[Regrade], bool]] = {
    Regrade.State.PREVIEWING: preview,
    Regrade.State.APPLYING: apply,
    Regrade.State.REVERTING: revert,
}
