"""What models are asked again about one attempt: the stored questions of the student, then those of the criteria."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from courses.attempts import stored
from courses.attempts.models import Attempt, Run
from courses.attempts.selectors import CRITERION_KEY, RUN_KEY, kind_of
from courses.grading import assessment
from courses.grading.rubric import Rubric
from courses.kinds.work import Run as RunRecord
from workers.backends.requests import Request
from workers.scheduling.models import Job
from workers.scheduling.spec import JobSpec, Lane
from workers.scheduling.states import State

_request: TypeAdapter[Request] = TypeAdapter(Request)


def of_criteria(attempt: Attempt, record: stored.Record, rubric: Rubric, known: Collection[str] = ()) -> list[JobSpec]:
    """What the criteria still want to know about the work as it is recorded."""
    return in_background(assessment.jobs(rubric, stored.evidence(attempt, record.work)), known)


def of_kind(attempt: Attempt, record: stored.Record, known: Collection[str]) -> list[JobSpec]:
    """What the kind still asks after submission, as its plan says."""
    kind = kind_of(attempt.exercise)
    spec, answer = kind.spec.model_validate(attempt.spec), kind.answer.model_validate(attempt.answer)
    return in_background(kind.plan(spec, answer, record.work), known)


def of_students(attempts: Sequence[Attempt], found: Mapping[UUID, stored.Record]) -> dict[UUID, list[JobSpec]]:
    """The stored questions behind the work that counts, word for word, with their options and seeds."""
    wanted = {run: each.pk for each in attempts for run in named(each.answer, found[each.pk].work.runs)}
    rows = Run.objects.filter(pk__in=wanted, job__state=State.DONE).order_by("created_at", "id")
    specs: dict[UUID, list[JobSpec]] = {each.pk: [] for each in attempts}
    for pk, alias, request, timeout in rows.values_list("pk", "job__alias", "job__request", "job__timeout"):
        specs[wanted[str(pk)]].append(_again(f"{RUN_KEY}{pk}", alias, request, timeout))
    return specs


def planned_before(attempts: Sequence[Attempt]) -> dict[UUID, list[JobSpec]]:
    """What was asked after submission then, for an estimate: the plan may go another way this time."""
    subjects = {each.subject: each.pk for each in attempts}
    rows = Job.objects.filter(subject__in=subjects).exclude(key__startswith=RUN_KEY)
    specs: dict[UUID, list[JobSpec]] = {each.pk: [] for each in attempts}
    columns = ("subject", "key", "alias", "request", "timeout")
    for subject, key, alias, request, timeout in rows.exclude(key__startswith=CRITERION_KEY).values_list(*columns):
        specs[subjects[subject]].append(_again(key, alias, request, timeout))
    return specs


def named(answer: Any, runs: Sequence[RunRecord]) -> list[str]:
    """The runs that a submission names anywhere, and those that they continue."""
    parents = {run.id: run.parent for run in runs}
    found: dict[str, None] = {}
    for text in _strings(answer):
        run: str | None = text if text in parents else text.partition(":")[0]
        while run in parents and run not in found:
            found[run] = None
            run = parents[run]
    return list(found)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _again(key: str, alias: str, request: Mapping[str, Any], timeout: float) -> JobSpec:
    return JobSpec(key, alias, _request.validate_python(request), Lane.BULK, timeout)


def in_background(specs: Sequence[JobSpec], known: Collection[str] = ()) -> list[JobSpec]:
    """Those that were not asked yet, behind everything that somebody waits for."""
    return [replace(spec, lane=Lane.BULK) for spec in specs if spec.key not in known]
