"""Reading attempts: what was recorded, what it is worth, what may be shown to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, UUIDField

from courses.attempts import ledger
from courses.attempts.models import Attempt, Run, Score
from courses.catalog import assets
from courses.catalog.models import Exercise
from courses.grading.assessment import live
from courses.grading.findings import Stored, for_student
from courses.grading.rubric import Rubric
from courses.kinds.registry import AnyKind, all_kinds
from courses.kinds.work import Run as RunRecord
from courses.kinds.work import Work
from courses.people.deadlines import Deadline
from courses.people.models import Enrolment
from courses.people.rules import STAFF, Person, can_review
from courses.people.selectors import deadline_of
from workers import prepared
from workers.backends import pictures
from workers.prepared import Given
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL, State

RUN_KEY = "run:"  # job keys of interactive runs; every other key belongs to the submission
CRITERION_KEY = "criterion:"  # job keys that criteria asked for


def kind_of(exercise: Exercise) -> AnyKind:
    return all_kinds()[exercise.kind]


def open_attempt(student: AbstractUser, exercise: Exercise) -> Attempt | None:
    return attempts_of(student, exercise).filter(state=Attempt.State.OPEN).first()


def attempts_of(student: AbstractUser, exercise: Exercise) -> QuerySet[Attempt]:
    """Newest first."""
    return Attempt.objects.filter(student_id=student.pk, exercise=exercise).order_by("-number")


def tries_of_staff() -> QuerySet[Attempt]:
    """What graders and instructors hand in at their own course, and administrators anywhere, to see how it is. Nobody
    marks it, and it counts in nothing that is about the class."""
    enrolled = Enrolment.objects.filter(
        user=OuterRef("student"), course=OuterRef("exercise__module__course"), active=True
    )
    taught = Enrolment.objects.order_by().filter(active=True, role__in=STAFF).values_list("user_id")
    administrators = get_user_model().objects.order_by().filter(is_superuser=True).values_list("pk")
    # The few people first, as one list: so no database looks at every attempt for them.
    theirs = Attempt.objects.filter(student__in=taught.union(administrators))
    return theirs.filter(Exists(enrolled.filter(role__in=STAFF)) | Q(student__is_superuser=True) & ~Exists(enrolled))


def attempts_used(student: AbstractUser, exercise: Exercise) -> int:
    """Submitted attempts that count against the limit: not those that a fault of ours left without a mark."""
    handed_in = attempts_of(student, exercise).exclude(state=Attempt.State.OPEN)
    return sum(1 for attempt in handed_in if "infrastructure" not in attempt.review_reasons)


def attempts_left(student: AbstractUser, exercise: Exercise, deadline: Deadline | None = None) -> int | None:
    """None: no limit. `deadline`: the person's, where it was read already."""
    limit = attempts_allowed(student, exercise, deadline)
    return None if limit is None else max(0, limit - attempts_used(student, exercise))


def attempts_allowed(student: AbstractUser, exercise: Exercise, deadline: Deadline | None = None) -> int | None:
    """The exercise's limit and what extensions add."""
    if exercise.attempt_limit is None:
        return None
    return exercise.attempt_limit + (deadline or deadline_of(student, exercise)).more_attempts


def runs_of(attempt: Attempt) -> list[Run]:
    """Every run with its job and server, oldest first."""
    return list(attempt.runs.select_related("job__server").order_by("created_at", "id"))


def submission_jobs(attempt: Attempt) -> list[Job]:
    return prepared.objects("attempt submission jobs", _submission_jobs, attempt.subject)


def _submission_jobs() -> QuerySet[Job]:
    rows = Job.objects.filter(subject=Given(0, CharField())).exclude(key__startswith=RUN_KEY)
    return rows.order_by("created_at")


def job_of_picture(attempt: Attempt, digest: str, *, again: Sequence[str] = ()) -> Job | None:
    """The job of this attempt that made the stored picture with this digest; None where no job did. `again`: subjects
    of jobs that count for it, too."""
    jobs = Job.objects.filter(subject__in=[attempt.subject, *again], result__isnull=False).only("request", "result")
    made = ((job, (job.result or {}).get("pictures") or []) for job in jobs)
    return next((job for job, pictures in made if any(each["digest"] == digest for each in pictures)), None)


def transcript(attempt: Attempt, leaf: str | UUID | None = None) -> list[Run]:
    """The branch that ends at `leaf`, oldest first; without one, the submitted branch, else the newest one."""
    runs = {str(run.pk): run for run in runs_of(attempt)}
    wanted = str(leaf or (attempt.answer or {}).get("leaf") or next(reversed(runs), ""))
    found: list[Run] = []
    while run := runs.pop(wanted, None):
        found.append(run)
        wanted = str(run.parent_id)
    return found[::-1]


def work(attempt: Attempt, jobs: Sequence[Job] | None = None) -> Work:
    """All that was recorded, as the kind sees it."""
    runs = tuple(
        RunRecord(str(pk), str(parent) if parent else None, payload, state, result)
        for pk, parent, payload, state, result in prepared.select("attempt runs", _runs, attempt.pk)
    )
    done = (job for job in (submission_jobs(attempt) if jobs is None else jobs) if job.state == State.DONE)
    results = {job.key: answer_of(job.key, job.result, str(job.manifest.get("digest") or "")) for job in done}
    return Work(runs, results, picture=pictures.read, asset=assets.reader(attempt.exercise_id))


def answer_of(key: str, result: dict[str, Any] | None, digest: str) -> dict[str, Any]:
    """A result as kinds and criteria read it; criteria also learn which model answered, by its digest."""
    return {**(result or {}), "digest": digest} if key.startswith(CRITERION_KEY) else result or {}


def _runs() -> QuerySet[Run, tuple[Any, ...]]:
    rows = Run.objects.filter(attempt=Given(0, UUIDField())).order_by("created_at", "id")
    return rows.values_list("pk", "parent_id", "payload", "job__state", "job__result")


def live_findings(attempt: Attempt, run_id: str) -> list[Stored]:
    """Check marks of public criteria for the branch that ends at `run_id`. Raises KeyError for a foreign run."""
    kind, exercise = kind_of(attempt.exercise), attempt.exercise
    if kind.draft_evidence is None:
        return []
    spec = kind.spec.model_validate(attempt.spec or exercise.spec)
    rubric = attempt.rubric or exercise.rubric
    evidence = kind.draft_evidence(spec, work(attempt, []), run_id)
    return live(Rubric.model_validate(rubric.content), evidence)


def is_waiting(attempt: Attempt) -> bool:
    """Does anything of this attempt still wait or run?"""
    return Job.objects.filter(subject=attempt.subject).exclude(state__in=TERMINAL).exists()


def history(attempt: Attempt) -> QuerySet[Score]:
    """The whole ledger, oldest first."""
    return attempt.scores.select_related("decided_by", "rubric").order_by("id")


def visible_history(attempt: Attempt, user: Person) -> tuple["Mark | None", list["Mark"]]:
    """What `visible_score` gives, and with it the whole ledger, newest first, as far as this reader may see it."""
    staff = can_review(user, attempt.exercise.module.course)
    if not (staff or attempt.released_at):
        return None, []
    entries = list(history(attempt))
    marks = {entry.pk: mark(entry, attempt.exercise, full=staff) for entry in reversed(entries)}
    counting = ledger.current(entries)
    return marks[counting.pk] if counting else None, list(marks.values())


def current_score(attempt: Attempt) -> Score | None:
    """The newest decision of a person if there is one, else the newest other entry."""
    return _counting(attempt).first()


def score_as_of(attempt: Attempt, moment: datetime) -> Score | None:
    """The mark that counted at that moment."""
    return _counting(attempt).filter(created_at__lte=moment).first()


def _counting(attempt: Attempt) -> QuerySet[Score]:
    """As `ledger.current` orders them: what counts comes first."""
    return attempt.scores.select_related("decided_by", "rubric").order_by("-by_person", "-id")


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody may see of a score."""

    value: float | None  # 0..1; None: withheld
    points: Decimal | None
    raw: float | None  # before the reduction for lateness; None: `value` was set as it is
    late_credit: float  # what is left of it, 0..1
    due_at: datetime | None  # for this student
    passed: bool | None
    human: bool
    decided_by: AbstractUser | None  # the person, where one decided
    reason: str
    findings: list[dict[str, Any]]
    created_at: datetime
    score_id: int


def visible_score(attempt: Attempt, user: Person) -> Mark | None:
    """The current mark for this reader: graders see all, the student sees released marks without hidden evidence.

    None: nothing to see (yet). Ask `check_can_see_attempt` first: this only chooses how much is shown.
    """
    score = current_score(attempt)
    staff = can_review(user, attempt.exercise.module.course)
    if score is None or not (staff or attempt.released_at):
        return None
    return mark(score, attempt.exercise, full=staff)


def mark(score: Score, exercise: Exercise, *, full: bool) -> Mark:
    return Mark(
        value=score.value,
        points=score.points,
        raw=score.raw_value,
        late_credit=score.late_credit,
        due_at=score.due_at,
        passed=None if score.value is None else score.value >= exercise.pass_mark,
        human=ledger.is_decision(score),
        decided_by=score.decided_by,
        reason=score.reason,
        findings=score.findings if full else for_student(score.findings),
        created_at=score.created_at,
        score_id=score.pk,
    )
