"""The only writers of attempts, runs and scores. Every entrance (page, API, task) calls these."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet, UUIDField
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from courses.attempts import errors, grader, lanes, marks, selectors
from courses.attempts.models import Attempt, Run, Score
from courses.attempts.reasons import OWN_END, REASONS
from courses.attempts.rules import check_open
from courses.catalog.models import Exercise
from courses.notices.services import notify
from courses.people.errors import Denied
from courses.people.rules import Person, check_can_review, check_can_work, is_trained
from courses.people.selectors import deadline_of
from courses.texts import LANGUAGES, localise
from workers import prepared
from workers.events.publish import publish
from workers.prepared import Given
from workers.scheduling.models import Job
from workers.scheduling.services import cancel, enqueue
from workers.scheduling.states import TERMINAL
from workers.scheduling.storable import storable

logger = logging.getLogger(__name__)

DRAFT_LIMIT = 200_000  # characters of JSON
ModelT = TypeVar("ModelT", bound=BaseModel)


def begin(*, student: AbstractUser, exercise: Exercise) -> Attempt:
    """The open attempt, made if there is none. Raises Closed, NoAttemptsLeft, Denied, Hidden."""
    check_can_work(student, exercise)
    for _try in range(3):
        existing = selectors.open_attempt(student, exercise)
        if existing is not None:
            return existing
        try:
            return _make_attempt(student, exercise)
        except IntegrityError:
            logger.info("Two requests began an attempt at exercise %s at once.", exercise.pk)
    return _make_attempt(student, exercise)


@transaction.atomic
def _make_attempt(student: AbstractUser, exercise: Exercise) -> Attempt:
    """A second one made at the same time breaks a constraint of the table, so the limit holds."""
    dates = check_open(exercise, student)
    if selectors.attempts_left(student, exercise, dates) == 0:
        raise errors.NoAttemptsLeft(selectors.attempts_allowed(student, exercise, dates) or 0)
    last = selectors.attempts_of(student, exercise).aggregate(last=Max("number"))["last"] or 0
    return Attempt.objects.create(student_id=student.pk, exercise=exercise, number=last + 1)


@transaction.atomic
def save_draft(*, attempt: Attempt, draft: Mapping[str, Any]) -> Attempt:
    """Keep what the page wants to find again. Raises Closed after submission, InvalidPayload when it is too big."""
    if len(str(draft)) > DRAFT_LIMIT:
        raise errors.InvalidPayload([{"field": "draft", "message": f"longer than {DRAFT_LIMIT} characters"}])
    kept = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.OPEN)
    if kept.update(draft=storable(dict(draft)), draft_saved_at=timezone.now()) != 1:
        raise errors.submitted()
    return Attempt.objects.get(pk=attempt.pk)


@transaction.atomic
def start_run(*, attempt: Attempt, payload: Mapping[str, Any], idempotency_key: str = "") -> Run:
    """Queue one interactive run. The same key gives the same run.

    Raises Closed, InvalidPayload, Refusal, and the scheduler's TooManyJobs, QuotaUsed and NoSuchAlias. A `parent` in
    the payload names the run that this one continues.
    """
    locked, key = lock(attempt.pk), _key(idempotency_key)
    if key and (existing := locked.runs.filter(idempotency_key=key).first()):
        return existing
    if locked.state != Attempt.State.OPEN:
        raise errors.submitted()
    _check_open(locked)
    model = selectors.kind_of(locked.exercise).run
    if model is None:
        raise errors.no_runs()
    run, run_id = _parsed(model, payload), uuid4()
    job = _enqueued_run(locked, run, run_id)
    made = Run(
        id=run_id,
        attempt=locked,
        parent_id=getattr(run, "parent", None),
        payload=run.model_dump(mode="json"),
        job=job,
        idempotency_key=key,
    )
    prepared.insert(made)
    publish(channel=locked.channel, type="run", data={"run": str(made.pk), "job": str(job.pk)})
    return made


def _check_open(attempt: Attempt) -> None:
    """Raises Closed. Time that our servers cost does not close the door."""
    try:
        check_open(attempt.exercise, attempt.student)
    except errors.Closed:
        closes_at = deadline_of(attempt.student, attempt.exercise).closes_at
        lost = marks.lost_time(attempt, closes_at)
        if not lost:
            raise
        check_open(attempt.exercise, attempt.student, lost=lost)


def _enqueued_run(attempt: Attempt, run: BaseModel, run_id: UUID) -> Job:
    kind = selectors.kind_of(attempt.exercise)
    spec = kind.spec.model_validate(attempt.exercise.spec)
    if kind.plan_run is None:
        raise errors.no_runs()
    planned = kind.plan_run(spec, selectors.work(attempt, []), run, str(run_id))
    [job] = enqueue(
        subject=attempt.subject,
        channel=attempt.channel,
        specs=[lanes.in_lane(planned, attempt.exercise.module.course_id)],
        on_done="courses.run_finished",
        owner_id=attempt.student_id,
        share_group=grader.share_group(attempt),
        local_only=attempt.exercise.module.course.local_only,
    )
    return job


def stop_run(*, run: Run) -> Run:
    """Stop the model, not only the page. What it wrote so far is kept. Stopping a finished run changes nothing."""
    cancel(job_id=run.job_id)
    return Run.objects.select_related("job").get(pk=run.pk)


@transaction.atomic
def submit(*, attempt: Attempt, answer: Mapping[str, Any], idempotency_key: str = "") -> Attempt:
    """Accept the work: when this returns and its transaction is committed, nothing can lose it.

    A repeated submission (same key, or same answer) returns the attempt. Raises Closed, InvalidPayload, Refusal.
    """
    locked, key = lock(attempt.pk), _key(idempotency_key)
    parsed = _parsed(selectors.kind_of(locked.exercise).answer, answer)
    if locked.state != Attempt.State.OPEN:
        same_key = bool(key) and locked.submission_key == key
        if same_key or locked.answer == parsed.model_dump(mode="json"):
            return locked
        raise errors.submitted()
    if locked.exercise.practice:
        raise errors.practice()
    _check_open(locked)
    _accept(locked, parsed, key)
    _stop_leftovers(locked)
    grader.tell(locked)
    grader.advance_safely(locked)
    return locked


def _key(given: str) -> str:
    """An Idempotency-Key as the table takes it."""
    return str(storable(given))[:80]


def _accept(attempt: Attempt, answer: BaseModel, key: str) -> None:
    """Write down what was handed in, with the specification and the rubric of the day."""
    kind = selectors.kind_of(attempt.exercise)
    spec = kind.spec.model_validate(attempt.exercise.spec)
    kind.plan(spec, answer, selectors.work(attempt))  # raises Refusal before anything is written
    attempt.answer, attempt.spec = answer.model_dump(mode="json"), spec.model_dump(mode="json")
    attempt.rubric_id = attempt.exercise.rubric_id
    attempt.submission_key = key
    attempt.state, attempt.submitted_at = Attempt.State.SUBMITTED, timezone.now()
    attempt.save(update_fields=["answer", "spec", "rubric", "submission_key", "state", "submitted_at"])


def collect(attempt_id: UUID | str) -> None:
    """Take the next step of a submitted attempt: plan further jobs, or grade when all are final.

    Calling it twice, late or out of order does nothing more.
    """
    with transaction.atomic():
        attempt = _locked().filter(pk=attempt_id, state=Attempt.State.SUBMITTED).first()
        if attempt is not None:
            grader.advance(attempt)


@transaction.atomic
def append_human_score(
    *,
    attempt: Attempt,
    by: Person,
    value: float,
    findings: list[dict[str, Any]] | None = None,
    reason: str,
    of_rubric: bool = False,
    origin: Score.Origin = Score.Origin.HUMAN,
) -> Score:
    """A person decides: this entry wins over every automatic one, and the student sees it from now on.

    `of_rubric`: `value` is what the criteria add up to, so lateness reduces it; otherwise it is the mark as it is.
    `origin`: why a person decided; one of those that count as a person's.
    """
    locked = lock(attempt.pk)
    check_can_decide(by, locked)
    if not 0.0 <= value <= 1.0:
        text = {"en": "A mark lies between 0 and 1.", "fr": "Une note est comprise entre 0 et 1."}
        raise errors.NotReviewable("out_of_range", text)
    if not reason.strip():
        text = {"en": "Give a reason: the student reads it.", "fr": "Donnez un motif : l'étudiant le lit."}
        raise errors.NotReviewable("reason_missing", text)
    current = selectors.current_score(locked)
    score = Score.objects.create(
        attempt=locked,
        origin=origin,
        **(marks.columns(locked, value) if of_rubric else marks.as_it_is(locked, value)),
        findings=findings if findings is not None else (current.findings if current else []),
        rubric=current.rubric if current else locked.rubric or locked.exercise.rubric,
        grader_version=grader.version(),
        decided_by_id=by.pk,
        reason=storable(reason.strip()[:4000]),
    )
    _release(locked)
    return score


@transaction.atomic
def take_back(
    *, attempt: Attempt, by: Person, before: Score | None, reason: str, reasons: list[str], released_at: datetime | None
) -> Score:
    """A person's decision did not hold: append what had counted `before` and put the attempt back where it was.

    The new entry is a person's, too: what stands after it is what this person says that it was. `reasons` and
    `released_at` are those from before the decision; what somebody has asked for since stays asked.
    """
    locked = lock(attempt.pk)
    check_can_decide(by, locked)
    kept = ("value", "points", "raw_value", "late_credit", "due_at", "findings", "rubric_id", "grader_version")
    was = {name: getattr(before, name) for name in kept} if before else {}
    otherwise = {"rubric": locked.rubric or locked.exercise.rubric, "grader_version": grader.version()}
    score = Score.objects.create(
        attempt=locked, origin=Score.Origin.HUMAN, decided_by_id=by.pk, reason=reason, **(was or otherwise)
    )
    _put_back(locked, reasons, released_at)
    return score


@transaction.atomic
def hold_back(*, attempt: Attempt, by: Person, reasons: list[str], released_at: datetime | None) -> None:
    """The reverse of `release`: the attempt waits as it did before."""
    locked = lock(attempt.pk)
    check_can_decide(by, locked)
    _put_back(locked, reasons, released_at)


def _put_back(attempt: Attempt, reasons: list[str], released_at: datetime | None) -> None:
    attempt.released_at = released_at
    attempt.save(update_fields=["released_at"])
    _set_reasons(attempt, list(dict.fromkeys([*reasons, *attempt.review_reasons])))
    grader.tell(attempt)


def check_can_decide(by: Person, attempt: Attempt) -> None:
    """Graders of the course, but nobody about their own work."""
    check_can_review(by, attempt.exercise.module.course)
    if attempt.student_id == by.pk:
        raise Denied("Nobody decides about their own work.")
    if not is_trained(by, attempt.exercise.module.course):
        raise errors.untrained()
    if attempt.state != Attempt.State.GRADED:
        text = {"en": "This attempt is not graded yet.", "fr": "Cette tentative n'est pas encore évaluée."}
        raise errors.NotReviewable("not_graded", text)


@transaction.atomic
def release(*, attempt: Attempt, by: Person) -> Attempt:
    """Show the current mark to the student as it is. Raises NotReviewable when there is none."""
    locked = lock(attempt.pk)
    check_can_decide(by, locked)
    score = selectors.current_score(locked)
    if score is None or score.value is None:
        text = {
            "en": "There is no mark to show yet: decide one first.",
            "fr": "Aucune note à montrer : décidez d'abord.",
        }
        raise errors.NotReviewable("no_mark", text)
    _release(locked)
    return locked


@transaction.atomic
def ask_for_review(*, attempt: Attempt, reason: str) -> None:
    """Bring it to the graders' queue; what the student sees stays. Asking twice is asking once."""
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is no reason to look")
    locked = lock(attempt.pk)
    if reason not in locked.review_reasons:
        _set_reasons(locked, [*locked.review_reasons, reason])


@transaction.atomic
def review_done(*, attempt: Attempt, reason: str | None = None) -> None:
    """That reason is settled, or all are. A mark that was held back stays so until somebody decides or releases it."""
    locked = lock(attempt.pk)
    left = [each for each in locked.review_reasons if reason is not None and each != reason]
    if left != locked.review_reasons:
        _set_reasons(locked, left)


def _set_reasons(attempt: Attempt, reasons: list[str]) -> None:
    attempt.review_reasons = reasons
    attempt.save(update_fields=["review_reasons"])
    publish(channel=attempt.channel, type="review", data={"attempt": str(attempt.pk)})


def _release(attempt: Attempt) -> None:
    attempt.review_reasons = [reason for reason in attempt.review_reasons if reason in OWN_END]
    if attempt.released_at is None:
        attempt.released_at = timezone.now()
        _tell_student(attempt)
    attempt.save(update_fields=["review_reasons", "released_at"])
    grader.tell(attempt)
    publish(channel=attempt.channel, type="review", data={"attempt": str(attempt.pk)})


def _tell_student(attempt: Attempt) -> None:
    """A mark that was waited for is there. (One that comes at once, the student sees coming.)"""
    names = {code: localise(attempt.exercise.title, code) for code in LANGUAGES}
    title = {
        "en": f"The mark for “{names['en']}” is there.",
        "fr": f"La note de « {names['fr']} » est arrivée.",
    }
    link = ("attempt", {"attempt": str(attempt.pk)})
    notify([attempt.student], kind="released", title=title, link=link, subject=attempt.subject)


def lock(attempt_id: UUID) -> Attempt:
    """The row, locked until the end of the transaction that the caller must have begun."""
    found = prepared.objects("attempt locked", _named, attempt_id)
    if not found:
        raise Attempt.DoesNotExist
    return found[0]


def _named() -> QuerySet[Attempt]:
    return _locked().filter(pk=Given(0, UUIDField())).order_by()


def _locked() -> QuerySet[Attempt]:
    """Only the attempt itself is locked; what it points to is read along."""
    related = ("exercise__module__course", "exercise__rubric", "rubric", "student")
    return Attempt.objects.select_related(*related).select_for_update(of=("self",))


def _parsed(model: type[ModelT], data: Mapping[str, Any]) -> ModelT:
    try:
        return model.model_validate(storable(dict(data)))
    except ValidationError as error:
        raise errors.InvalidPayload.of(error) from error


def _stop_leftovers(attempt: Attempt) -> None:
    """Branches that are still being written will not count; the GPU is for others now."""
    for [job] in prepared.select("attempt leftovers", _leftovers, attempt.pk):
        cancel(job_id=job)


def _leftovers() -> QuerySet[Run, tuple[Any, ...]]:
    going = Run.objects.filter(attempt=Given(0, UUIDField())).exclude(job__state__in=sorted(TERMINAL))
    return going.order_by().values_list("job_id")
