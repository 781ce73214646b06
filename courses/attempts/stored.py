"""What was recorded of many attempts at once, and what a rubric says about it without asking any model."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from courses.attempts.grader import BROKEN, CRITERION_KEY
from courses.attempts.models import Attempt, Run
from courses.attempts.selectors import RUN_KEY, kind_of
from courses.catalog import assets
from courses.grading import assessment
from courses.grading.evidence import Evidence
from courses.grading.findings import Outcome
from courses.grading.rubric import Rubric
from courses.kinds.work import Run as RunRecord
from courses.kinds.work import Work
from workers.backends import pictures
from workers.scheduling.models import Job
from workers.scheduling.states import State

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    work: Work
    lost: bool  # a job of the kind itself ended without a result: the work was never seen whole


def records(attempts: Sequence[Attempt]) -> dict[UUID, Record]:
    """As `selectors.work` for each, in two queries."""
    runs, jobs = _runs(attempts), _jobs(attempts)
    return {each.pk: _record(each, runs[each.pk], jobs[each.subject]) for each in attempts}


def _runs(attempts: Sequence[Attempt]) -> Mapping[UUID, list[RunRecord]]:
    rows = Run.objects.filter(attempt__in=attempts).order_by("created_at", "id")
    found: dict[UUID, list[RunRecord]] = defaultdict(list)
    for attempt, pk, parent, payload, state, result in rows.values_list(
        "attempt_id", "pk", "parent_id", "payload", "job__state", "job__result"
    ):
        found[attempt].append(RunRecord(str(pk), str(parent) if parent else None, payload, state, result))
    return found


def _jobs(attempts: Sequence[Attempt]) -> Mapping[str, list[tuple[str, str, Any]]]:
    rows = Job.objects.filter(subject__in=[each.subject for each in attempts]).exclude(key__startswith=RUN_KEY)
    found: dict[str, list[tuple[str, str, Any]]] = defaultdict(list)
    for subject, key, state, result in rows.order_by("created_at").values_list("subject", "key", "state", "result"):
        found[subject].append((key, state, result))
    return found


def _record(attempt: Attempt, runs: Sequence[RunRecord], jobs: Sequence[tuple[str, str, Any]]) -> Record:
    results = {key: result or {} for key, state, result in jobs if state == State.DONE}
    work = Work(tuple(runs), results, picture=pictures.read, asset=assets.reader(attempt.exercise_id))
    lost = any(state != State.DONE for key, state, _ in jobs if not key.startswith(CRITERION_KEY))
    return Record(work, lost)


def evidence(attempt: Attempt, work: Work) -> Evidence:
    kind = kind_of(attempt.exercise)
    spec, answer = kind.spec.model_validate(attempt.spec), kind.answer.model_validate(attempt.answer)
    return kind.evidence(spec, answer, work)


def outcome(attempt: Attempt, record: Record, rubric: Rubric) -> Outcome:
    """What the rubric says now about what is stored. Our own faults withhold the mark; they never lower it."""
    if record.lost:
        return BROKEN
    try:
        return assessment.assess(rubric, evidence(attempt, record.work))
    except Exception:
        logger.exception("The evidence of attempt %s could not be gathered again.", attempt.pk)
        return BROKEN
