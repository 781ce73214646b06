"""What was recorded of many attempts at once, and what a rubric says about it without asking any model."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from courses.attempts.grader import BROKEN
from courses.attempts.models import Attempt, Run
from courses.attempts.selectors import CRITERION_KEY, RUN_KEY, answer_of, kind_of
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


@dataclass(frozen=True, slots=True)
class Again:
    """What models said when they were asked again: jobs of another subject stand for those of the attempt."""

    subject: str
    whole: bool  # the work itself was made again; otherwise only criteria asked


@dataclass(frozen=True, slots=True)
class Asked:
    key: str
    state: str
    result: dict[str, Any] | None
    digest: str  # of the model that answered


def records(
    attempts: Sequence[Attempt], again: Mapping[UUID, Sequence[Again]] = MappingProxyType({})
) -> dict[UUID, Record]:
    """As `selectors.work` for each, in few queries. `again`: by attempt, what was asked since, oldest first."""
    subjects = [each.subject for each in attempts]
    runs, jobs = _runs(attempts), _jobs(Job.objects.filter(subject__in=subjects).exclude(key__startswith=RUN_KEY))
    since = [new.subject for layers in again.values() for new in layers]
    newer = _jobs(Job.objects.filter(subject__in=since)) if since else {}
    found = {}
    for each in attempts:
        mine, own = runs[each.pk], jobs.get(each.subject, [])
        for new in again.get(each.pk, ()):
            mine, own = _replaced(mine, own, newer.get(new.subject, []), whole=new.whole)
        found[each.pk] = _record(each, mine, own)
    return found


def _runs(attempts: Sequence[Attempt]) -> Mapping[UUID, list[RunRecord]]:
    rows = Run.objects.filter(attempt__in=attempts).order_by("created_at", "id")
    found: dict[UUID, list[RunRecord]] = defaultdict(list)
    for attempt, pk, parent, payload, state, result in rows.values_list(
        "attempt_id", "pk", "parent_id", "payload", "job__state", "job__result"
    ):
        found[attempt].append(RunRecord(str(pk), str(parent) if parent else None, payload, state, result))
    return found


def _jobs(rows: QuerySet[Job]) -> Mapping[str, list[Asked]]:
    found: dict[str, list[Asked]] = defaultdict(list)
    columns = ("subject", "key", "state", "result", KT("manifest__digest"))
    for subject, key, state, result, digest in rows.order_by("created_at").values_list(*columns):
        found[subject].append(Asked(key, state, result, digest or ""))
    return found


def _replaced(
    runs: list[RunRecord], own: list[Asked], newer: Sequence[Asked], *, whole: bool
) -> tuple[list[RunRecord], list[Asked]]:
    """The runs and jobs that count when `newer` stands for those of the same sort."""
    if not whole:
        kept = [job for job in own if not job.key.startswith(CRITERION_KEY)]
        return runs, [*kept, *(job for job in newer if job.key.startswith(CRITERION_KEY))]
    answers = {job.key.removeprefix(RUN_KEY): job for job in newer if job.key.startswith(RUN_KEY)}
    remade = [
        RunRecord(run.id, run.parent, run.payload, job.state, job.result) if (job := answers.get(run.id)) else run
        for run in runs
    ]
    return remade, list(newer)


def _record(attempt: Attempt, runs: Sequence[RunRecord], jobs: Sequence[Asked]) -> Record:
    done = (job for job in jobs if job.state == State.DONE and not job.key.startswith(RUN_KEY))
    results = {job.key: answer_of(job.key, job.result, job.digest) for job in done}
    work = Work(tuple(runs), results, picture=pictures.read, asset=assets.reader(attempt.exercise_id))
    lost = any(job.state != State.DONE for job in jobs if not job.key.startswith(CRITERION_KEY))
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
