"""The way of a submitted attempt to its automatic score. Called by `services` with the row locked."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from courses.attempts import marks, quota, selectors
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import AUDIT, BOUNDARY, is_drawn, is_near
from courses.attempts.selectors import CRITERION_KEY
from courses.catalog.models import Exercise
from courses.grading import assessment
from courses.grading.criterion import Status
from courses.grading.evidence import Evidence
from courses.grading.findings import Outcome, everything
from courses.grading.registry import all_criteria
from courses.grading.rubric import Rubric
from workers.events.publish import publish_many
from workers.scheduling.errors import NoSuchAlias
from workers.scheduling.models import Job
from workers.scheduling.services import enqueue
from workers.scheduling.spec import JobSpec
from workers.scheduling.states import TERMINAL, State
from workers.scheduling.storable import storable

logger = logging.getLogger(__name__)

BROKEN = Outcome(score=None, withheld=True, needs_review=False, broken=True, findings=[])


def advance_safely(attempt: Attempt) -> None:
    """`advance`, but what fails is left to the sweep: the submission itself is accepted already."""
    try:
        with transaction.atomic():
            advance(attempt)
    except Exception:
        logger.exception("Attempt %s could not be taken further; the sweep tries again.", attempt.pk)
        attempt.refresh_from_db()


def advance(attempt: Attempt) -> None:
    """One step: wait, plan more jobs, or grade."""
    jobs = selectors.submission_jobs(attempt)
    if any(job.state not in TERMINAL for job in jobs):
        return
    if _is_lost(jobs):
        _finish(attempt, replace(_assessed(attempt, jobs), score=None, withheld=True, broken=True))
        return
    wanted = _wanted(attempt, jobs)
    if wanted is None:
        _finish(attempt, BROKEN)
    elif not (wanted and _enqueued(attempt, wanted)):
        _finish(attempt, _assessed(attempt, jobs))


def _is_lost(jobs: Sequence[Job]) -> bool:
    """Did a job of the kind itself end without a result? Then the work was not seen whole: no mark, never a zero."""
    return any(job.state != State.DONE for job in jobs if not job.key.startswith(CRITERION_KEY))


def _wanted(attempt: Attempt, jobs: Sequence[Job]) -> list[JobSpec] | None:
    """Jobs that are still missing; None when they cannot even be named, which is our fault."""
    known = {job.key for job in jobs}
    try:
        specs = list(_next_specs(attempt, jobs))
    except Exception:
        logger.exception("The plan of attempt %s failed.", attempt.pk)
        return None
    return [spec for spec in specs if spec.key not in known]


def _next_specs(attempt: Attempt, jobs: Sequence[Job]) -> Sequence[JobSpec]:
    kind = selectors.kind_of(attempt.exercise)
    spec, answer = kind.spec.model_validate(attempt.spec), kind.answer.model_validate(attempt.answer)
    work = selectors.work(attempt, jobs)
    known = {job.key for job in jobs}
    planned = [job for job in kind.plan(spec, answer, work) if job.key not in known]
    return planned or assessment.jobs(_rubric(attempt), kind.evidence(spec, answer, work))


def _enqueued(attempt: Attempt, specs: Sequence[JobSpec]) -> bool:
    """False when no server can ever serve them: the criteria then say that they could not be judged.

    A criterion whose model is not set up is left out alone; the others still ask theirs.
    """
    try:
        with transaction.atomic():
            enqueue(
                subject=attempt.subject,
                channel=attempt.channel,
                specs=specs,
                on_done="courses.collect",
                owner_id=attempt.student_id,
                share_group=share_group(attempt),
                local_only=attempt.exercise.module.course.local_only,
            )
    except NoSuchAlias as error:
        logger.exception("Attempt %s asks for a model that is not set up.", attempt.pk)
        if any(not spec.key.startswith(CRITERION_KEY) for spec in specs):
            _finish(attempt, BROKEN)
            return True
        served = without_alias(specs, error.alias)
        return bool(served) and _enqueued(attempt, served)
    attempt.jobs_planned += len(specs)
    attempt.save(update_fields=["jobs_planned"])
    return True


def without_alias(specs: Sequence[JobSpec], alias: str) -> list[JobSpec]:
    """The jobs of those criteria that do not need this model at all."""
    lacking = {criterion_of(spec.key) for spec in specs if spec.alias == alias}
    return [spec for spec in specs if criterion_of(spec.key) not in lacking]


def criterion_of(key: str) -> str:
    """The id of the criterion that asked for a job of this key."""
    return key.removeprefix(CRITERION_KEY).partition(":")[0]


def _assessed(attempt: Attempt, jobs: Sequence[Job]) -> Outcome:
    try:
        return assessment.assess(_rubric(attempt), _evidence(attempt, jobs))
    except Exception:
        logger.exception("The evidence of attempt %s could not be gathered.", attempt.pk)
        return BROKEN


def _evidence(attempt: Attempt, jobs: Sequence[Job]) -> Evidence:
    kind = selectors.kind_of(attempt.exercise)
    spec, answer = kind.spec.model_validate(attempt.spec), kind.answer.model_validate(attempt.answer)
    return kind.evidence(spec, answer, selectors.work(attempt, jobs))


def _rubric(attempt: Attempt) -> Rubric:
    version_row = attempt.rubric or attempt.exercise.rubric
    return Rubric.model_validate(version_row.content)


def _finish(attempt: Attempt, outcome: Outcome) -> None:
    """Write the automatic score. Whether the student sees it now depends on what still needs a person."""
    reasons, columns = review_reasons(outcome, attempt.exercise), marks.columns(attempt, outcome.score)
    Score.objects.create(
        attempt=attempt,
        origin=Score.Origin.AUTO,
        **columns,
        findings=storable(outcome.findings),
        rubric=attempt.rubric or attempt.exercise.rubric,
        grader_version=version(),
    )
    attempt.state, attempt.graded_at = Attempt.State.GRADED, timezone.now()
    attempt.review_reasons = [*reasons, *_sampled(attempt, columns["value"], held=bool(reasons))]
    attempt.released_at = None if reasons else attempt.graded_at
    attempt.save(update_fields=["state", "graded_at", "review_reasons", "released_at"])
    tell(attempt)


def review_reasons(outcome: Outcome, exercise: Exercise) -> list[str]:
    """Why a person must look before the mark is shown."""
    unsure = [each for each in everything(outcome.findings) if each["status"] == Status.NEEDS_REVIEW]
    split = [each for each in unsure if each["data"].get("split")]
    found = {
        "infrastructure": outcome.broken,
        "unscored": outcome.withheld and not outcome.broken,
        "needs_review": outcome.needs_review and len(split) < len(unsure),
        "split": bool(split),
        "policy": exercise.release == Exercise.Release.AFTER_REVIEW,
    }
    return [reason for reason, holds in found.items() if holds]


def _sampled(attempt: Attempt, value: float | None, *, held: bool) -> list[str]:
    """Why a person looks although the mark may be shown. What is held back for a review needs no audit."""
    rules = attempt.exercise.module.course.review_rules
    found = {
        BOUNDARY: is_near(value, attempt.exercise.pass_mark, rules.boundary),
        AUDIT: not held and is_drawn(attempt.pk, rules.audit),
    }
    return [reason for reason, holds in found.items() if holds]


def tell(attempt: Attempt) -> None:
    tell_all([attempt])


def tell_all(attempts: Iterable[Attempt]) -> None:
    """Whoever watches one of them learns that its mark is another one."""
    publish_many(
        [
            (channel, "score", {"attempt": str(attempt.pk), "state": attempt.state})
            for attempt in attempts
            for channel in (attempt.channel, f"user:{attempt.student_id}")
        ]
    )


def share_group(attempt: Attempt) -> str:
    return quota.group_of(attempt.exercise.module.course_id)


def version() -> str:
    """Names the code that graded: a digest over the versions of all criteria and of the aggregation."""
    versions = [f"{slug}:{criterion.version}" for slug, criterion in all_criteria().items()]
    text = "\n".join([f"aggregation:{assessment.GROUP_VERSION}", *versions])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
