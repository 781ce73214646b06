"""What a regrade would do to each mark: computed from what is stored, and kept in the regrade's own rows."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet

from courses.attempts import grader, marks, stored
from courses.attempts.ledger import current, is_decision
from courses.attempts.models import Attempt, Score
from courses.grading.findings import Outcome, Stored
from courses.grading.rubric import Rubric
from courses.regrade.effects import WRITES, Effect, effect
from courses.regrade.layers import layers
from courses.regrade.models import Change, Regrade
from courses.regrade.rows import rewrite
from courses.regrade.scope import Scope, concerns
from workers.scheduling.storable import storable

CHUNK = 100  # attempts in a step
WRITTEN = 25  # rows in one write: it holds nobody up for long
COMPUTED = ["before", "effect", "raw_value", "value", "findings", "reasons"]


def opened(regrade: Regrade, **fields: Any) -> QuerySet[Change]:
    return regrade.changes.filter(**fields).select_related("attempt__student", "before").order_by("id")


def rubric_of(regrade: Regrade) -> Rubric:
    """Parsed once, not in every step."""
    return _parsed(json.dumps(regrade.rubric.content, sort_keys=True))


@lru_cache(maxsize=16)
def _parsed(content: str) -> Rubric:
    return Rubric.model_validate(json.loads(content))


def preview(regrade: Regrade) -> bool:
    """Compute some; nothing but the regrade's own rows is written. Is there more?"""
    changes = list(opened(regrade, effect="")[:CHUNK])
    inside = within(regrade, changes)
    attempts = [change.attempt for change in inside]
    compute(regrade, inside, stored.records(attempts, layers(attempts)))
    return len(changes) == CHUNK


def within(regrade: Regrade, changes: Sequence[Change]) -> list[Change]:
    """Those that the scope means, with what counts now in `before`; the others are forgotten."""
    for change in changes:
        change.attempt.exercise = regrade.exercise
    scores, scope = current_scores([change.attempt for change in changes]), Scope.model_validate(regrade.scope)
    inside, outside = [], []
    for change in changes:
        before = scores.get(change.attempt_id)
        if before is None or not concerns(scope, before.findings):
            outside.append(change.pk)
        else:
            change.before = before
            inside.append(change)
    Change.objects.filter(pk__in=outside).delete()
    return inside


def compute(regrade: Regrade, changes: Sequence[Change], found: dict[UUID, stored.Record]) -> None:
    """Write what the rubric says of each."""
    rubric = rubric_of(regrade)
    for change in changes:
        before = change.before
        if before is not None and is_decision(before):
            change.effect, change.value = Effect.DECIDED, before.value
        elif before is not None:
            outcome = stored.outcome(change.attempt, found[change.attempt_id], rubric)
            _computed(change, before, outcome, regrade)
    for start in range(0, len(changes), WRITTEN):
        rewrite(changes[start : start + WRITTEN], COMPUTED)


def _computed(change: Change, before: Score, outcome: Outcome, regrade: Regrade) -> None:
    findings = _as_stored(outcome.findings)
    change.raw_value = outcome.score
    change.value = marks.reduced(outcome.score, before.late_credit)
    change.effect = effect(
        before.value, change.value, same_findings=findings == before.findings, never_lower=regrade.never_lower
    )
    change.findings = findings if change.effect in WRITES else []
    change.reasons = grader.review_reasons(outcome, regrade.exercise)


def _as_stored(findings: list[Stored]) -> list[Stored]:
    """As `storable`, in a tenth of the time where there is nothing to repair."""
    written = json.dumps(findings)
    if "\\u0000" in written or "\\ud" in written:
        return cast("list[Stored]", storable(findings))
    return cast("list[Stored]", json.loads(written))


def current_scores(attempts: Sequence[Attempt]) -> dict[UUID, Score]:
    """What counts now, for each; one query."""
    return {pk: found for pk, scores in ledgers(attempts).items() if (found := current(scores))}


def ledgers(attempts: Sequence[Attempt], *columns: str) -> dict[UUID, list[Score]]:
    """Every entry of each, oldest first; one query. `columns`: read only these."""
    found: dict[UUID, list[Score]] = {}
    rows = Score.objects.filter(attempt__in=attempts).order_by("id")
    for score in rows.only(*columns) if columns else rows:
        found.setdefault(score.attempt_id, []).append(score)
    return found
