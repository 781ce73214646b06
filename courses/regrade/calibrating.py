"""Try a judging model on work that people decided. Only one that agrees with them well enough may count."""

import logging
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from courses.attempts import quota, stored
from courses.attempts.ledger import is_decision
from courses.attempts.models import Attempt
from courses.attempts.selectors import answer_of
from courses.catalog.models import Exercise
from courses.catalog.sync import rubric_version
from courses.grading import assessment, controls
from courses.grading.evidence import Evidence
from courses.grading.findings import Stored, everything
from courses.grading.registry import all_criteria
from courses.grading.rubric import CriterionItem, Rubric, content, criteria_of
from courses.people.rules import check_can_manage
from courses.regrade import errors, questions
from courses.regrade.judges import agreement_of, item_of
from courses.regrade.models import Calibration, Compared
from courses.regrade.preview import current_scores
from workers.scheduling import services
from workers.scheduling.errors import NoSuchAlias
from workers.scheduling.models import Job
from workers.scheduling.spec import JobSpec
from workers.scheduling.states import TERMINAL, State

logger = logging.getLogger(__name__)

MOST = 200  # pieces of work, the newest ones
NEWEST = 2000  # attempts looked through for them
DONE = "courses.calibration_answered"


@transaction.atomic
def calibrate(*, exercise: Exercise, criterion: str, by: AbstractUser) -> Calibration:
    """Ask the judge about what people decided. Raises RegradeRefused, Denied, Hidden."""
    check_can_manage(by, exercise.module.course)
    item = _item(exercise, criterion)
    decided = _decided(exercise, item)
    if not decided:
        raise errors.nothing_decided()
    made = Calibration.objects.create(
        exercise=exercise, rubric_id=exercise.rubric_id, criterion=criterion, created_by_id=by.pk
    )
    rows = [Compared(calibration=made, attempt=attempt, person=score) for attempt, score in decided]
    Compared.objects.bulk_create(rows, batch_size=500)
    _ask(made, item, [attempt for attempt, _ in decided])
    return made


def _item(exercise: Exercise, name: str) -> CriterionItem:
    """Of the rubric as it is now: a criterion whose judge can be named."""
    items = criteria_of(Rubric.model_validate(exercise.rubric.content))
    found = next((item for item in items if item.id == name), None)
    if found is None or all_criteria()[found.criterion].pin is None:
        raise errors.no_judge()
    return found


def _decided(exercise: Exercise, item: CriterionItem) -> list[tuple[Attempt, float]]:
    """Work about which a person decided this very criterion."""
    graded = Attempt.objects.filter(exercise=exercise, state=Attempt.State.GRADED, scores__by_person=1).distinct()
    attempts = list(graded.order_by("-submitted_at")[:NEWEST])
    for attempt in attempts:
        attempt.exercise = exercise
    scores = current_scores(attempts)
    found = []
    for attempt in attempts:
        score = scores.get(attempt.pk)
        given = _given(score.findings, item.id) if score is not None and is_decision(score) else None
        if given is not None:
            found.append((attempt, given))
    return found[:MOST]


def _given(findings: Sequence[Stored], name: str) -> float | None:
    named = next((each for each in everything(findings) if each["id"] == name), None)
    by_person = named is not None and named["data"].get("by") == "human"
    return float(named["score"]) if named is not None and by_person and named["score"] is not None else None


def _ask(made: Calibration, item: CriterionItem, attempts: Sequence[Attempt]) -> None:
    judge, found = all_criteria()[item.criterion], stored.records(attempts)
    asked: list[tuple[str, Sequence[JobSpec], int]] = [
        (made.subject_of("known"), controls.jobs([item]), made.created_by_id)
    ]
    for attempt in attempts:
        specs = judge.jobs(item.params, _evidence(attempt, found[attempt.pk]), assessment.job_key(item))
        asked.append((made.subject_of(attempt.pk), specs, attempt.student_id))
    course = made.exercise.module.course
    try:
        for subject, specs, owner in asked:
            services.enqueue(
                subject=subject, channel=f"calibration:{made.pk}", specs=questions.in_background(specs), on_done=DONE,
                owner_id=owner, share_group=quota.regrades_of(course.pk), local_only=course.local_only,
            )  # fmt: skip
    except NoSuchAlias as error:
        raise errors.no_model(error.alias) from error


def _evidence(attempt: Attempt, record: stored.Record) -> Evidence:
    try:
        return stored.evidence(attempt, record.work)
    except Exception:
        logger.exception("The evidence of attempt %s could not be gathered for a calibration.", attempt.pk)
        return Evidence(())


def waiting(made: Calibration) -> int:
    return _jobs(made).exclude(state__in=TERMINAL).count()


def _jobs(made: Calibration) -> QuerySet[Job]:
    subjects = [made.subject_of(pk) for pk in made.compared.values_list("attempt_id", flat=True)]
    return Job.objects.filter(subject__in=[*subjects, made.subject_of("known")])


@transaction.atomic
def conclude(calibration_id: str) -> bool:
    """All answers are there: compare. Twice is once. False: some are still to come."""
    rows = Calibration.objects.select_for_update(of=("self",)).select_related("exercise__module__course", "rubric")
    made = rows.filter(pk=calibration_id, state=Calibration.State.ASKING).first()
    if made is None or waiting(made):
        return False
    item, answers = item_of(made), _answers(made)
    wrong = controls.failed([item], answers.get(made.subject_of("known"), {}))
    names = _compare(made, item, answers)
    made.state = Calibration.State.WITHHELD if wrong else Calibration.State.DONE
    made.judge, made.ended_at = names[0] if len(names) == 1 else "", timezone.now()
    made.save(update_fields=["state", "judge", "ended_at"])
    return True


def _answers(made: Calibration) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for job in _jobs(made).filter(state=State.DONE):
        digest = str(job.manifest.get("digest") or "")
        found.setdefault(job.subject, {})[job.key] = answer_of(job.key, job.result, digest)
    return found


def _compare(made: Calibration, item: CriterionItem, answers: dict[str, dict[str, Any]]) -> list[str]:
    """Write down what the judge said; returns the exact judges that said it: several where servers differ."""
    judge, rows = all_criteria()[item.criterion], list(made.compared.select_related("attempt__exercise"))
    found, names = stored.records([row.attempt for row in rows]), dict[str, None]()
    for row in rows:
        parts = _evidence(row.attempt, found[row.attempt_id]).parts
        results = answers.get(made.subject_of(row.attempt_id), {})
        finding = judge.assess(item.params, Evidence(parts, results), assessment.job_key(item))
        row.judge = finding.data.get("advice", finding.score)
        row.trouble = "" if row.judge is not None else str(finding.data.get("trouble") or "no_answer")[:24]
        if results and (name := finding.data.get("judge")):
            names[str(name)] = None
    Compared.objects.bulk_update(rows, ["judge", "trouble"], batch_size=200)
    return list(names)


@transaction.atomic
def let_count(*, calibration: Calibration, by: AbstractUser) -> Calibration:
    """From now on the judge's marks count: a new version of the rubric says so. Marks that were given stay until a
    regrade. Raises RegradeRefused."""
    check_can_manage(by, calibration.exercise.module.course)
    made = (
        Calibration.objects.select_for_update(of=("self",)).select_related("exercise", "rubric").get(pk=calibration.pk)
    )
    found = agreement_of(made)
    if made.state != Calibration.State.DONE or not made.judge or found.reasons:
        raise errors.not_passed()
    rubric = rubric_version(_with(Rubric.model_validate(made.rubric.content), made.criterion, made.judge))
    moved = Exercise.objects.filter(pk=made.exercise_id, rubric_id__in=(made.rubric_id, rubric.pk))
    if not moved.update(rubric=rubric):
        raise errors.rubric_changed()
    made.counted_by_id, made.counted_at = by.pk, made.counted_at or timezone.now()
    made.save(update_fields=["counted_by", "counted_at"])
    return made


def _with(rubric: Rubric, name: str, judge: str) -> Rubric:
    said = content(rubric)
    for item in said["items"]:
        for each in (item, *item.get("items", ())):
            if each["id"] == name:
                each["params"]["calibrated"] = judge
    return Rubric.model_validate(said)


def cancel(*, calibration: Calibration, by: AbstractUser) -> Calibration:
    """What is not answered yet is not wanted any more."""
    check_can_manage(by, calibration.exercise.module.course)
    stopped = Calibration.objects.filter(pk=calibration.pk, state=Calibration.State.ASKING)
    if stopped.update(state=Calibration.State.CANCELLED, ended_at=timezone.now()):
        for pk in list(_jobs(calibration).exclude(state__in=TERMINAL).values_list("pk", flat=True)):
            services.cancel(job_id=pk)
    return Calibration.objects.select_related("exercise__module__course").get(pk=calibration.pk)
