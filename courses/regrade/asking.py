"""Models are asked again for a regrade: on the background lane, in batches with known answers among the questions."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from courses.attempts import quota, stored
from courses.attempts.grader import without_alias
from courses.attempts.ledger import is_decision
from courses.attempts.models import Attempt
from courses.attempts.selectors import CRITERION_KEY
from courses.grading import controls
from courses.grading.rubric import criteria_of
from courses.regrade import questions
from courses.regrade.effects import Effect
from courses.regrade.layers import layer, layers
from courses.regrade.left import Left
from courses.regrade.models import Change, Regrade
from courses.regrade.preview import compute, opened, rubric_of, within
from courses.regrade.rows import rewrite
from workers.scheduling import services
from workers.scheduling.errors import NoSuchAlias
from workers.scheduling.models import Job
from workers.scheduling.spec import JobSpec
from workers.scheduling.states import TERMINAL, State

logger = logging.getLogger(__name__)

BATCH = 20  # attempts that count, or do not, by the same known answers
BATCHES = 3  # asked at once: a regrade fills the queue no further
DONE = "courses.regrade_answered"


def ask(regrade: Regrade) -> Left:
    """Take a batch further whose answers are there, or ask the next one; wait when enough is asked."""
    numbers = _numbers(regrade)
    for number in numbers:
        if not waiting(regrade, number):
            _forward(regrade, number)
            return Left.MORE
    if len(numbers) < BATCHES and _next_batch(regrade):
        return Left.MORE
    return Left.WAIT if numbers else Left.NOTHING


def ready(regrade: Regrade) -> bool:
    """Is there a batch whose answers are all there?"""
    return any(not waiting(regrade, number) for number in _numbers(regrade))


def waiting(regrade: Regrade, number: int | None = None) -> int:
    """How many answers are still to come, for a batch or for all."""
    return Job.objects.filter(subject__in=_subjects(regrade, number)).exclude(state__in=TERMINAL).count()


def stop_asking(regrade: Regrade) -> None:
    """What was asked and is not answered yet is not wanted any more."""
    asked = Job.objects.filter(subject__in=_subjects(regrade, None)).exclude(state__in=TERMINAL)
    for pk in list(asked.values_list("pk", flat=True)):
        services.cancel(job_id=pk)


def _numbers(regrade: Regrade) -> list[int]:
    return sorted({number for number, _ in _in_hand(regrade)})


def _in_hand(regrade: Regrade) -> list[tuple[int, UUID]]:
    """Batches that are asked and not computed, with their attempts."""
    rows = regrade.changes.filter(effect="", batch__isnull=False)
    return [(number, pk) for number, pk in rows.values_list("batch", "attempt_id") if number is not None]


def _subjects(regrade: Regrade, number: int | None) -> list[str]:
    found = [(batch, pk) for batch, pk in _in_hand(regrade) if number is None or batch == number]
    return [*{_control_subject(regrade, batch) for batch, _ in found}, *(regrade.subject_of(pk) for _, pk in found)]


def _control_subject(regrade: Regrade, number: int) -> str:
    return regrade.subject_of(f"batch-{number}")


def _next_batch(regrade: Regrade) -> bool:
    last = regrade.changes.aggregate(last=Max("batch"))["last"] or 0
    some = list(opened(regrade, effect="", batch=None)[:BATCH])
    Change.objects.filter(pk__in=[change.pk for change in some]).update(batch=last + 1)
    return bool(some)


@transaction.atomic
def _forward(regrade: Regrade, number: int) -> None:
    """Ask what is to be asked next about the attempts of a batch; when there is nothing, compute them."""
    if not Regrade.objects.select_for_update().filter(pk=regrade.pk, state=regrade.state, paused=False).exists():
        return  # somebody stopped it just now
    changes = within(regrade, list(opened(regrade, effect="", batch=number)))
    attempts = [each.attempt for each in changes if each.before is not None and not is_decision(each.before)]
    known = _known(regrade, attempts)
    again = layers(attempts)
    for each in attempts:
        again.setdefault(each.pk, []).append(layer(regrade, each.pk))
    found = stored.records(attempts, again)
    asked = [_asked(regrade, each, found, specs) for each, specs in _wanted(regrade, attempts, found, known)]
    if any(asked):
        _ask_controls(regrade, number)
    elif _controls_hold(regrade, number):
        compute(regrade, changes, found)
    else:
        _withhold(changes)


def _known(regrade: Regrade, attempts: Sequence[Attempt]) -> dict[UUID, set[str]]:
    subjects = {regrade.subject_of(each.pk): each.pk for each in attempts}
    found: dict[UUID, set[str]] = {each.pk: set() for each in attempts}
    for subject, key in Job.objects.filter(subject__in=subjects).values_list("subject", "key"):
        found[subjects[subject]].add(key)
    return found


Wanted = tuple[Attempt, list[JobSpec] | None]  # None: it cannot be told, which is our fault


def _wanted(
    regrade: Regrade, attempts: Sequence[Attempt], found: dict[UUID, stored.Record], known: dict[UUID, set[str]]
) -> list[Wanted]:
    whole = regrade.method == Regrade.Method.REGENERATE
    runs = questions.of_students(attempts, found) if whole else {}
    wanted: list[Wanted] = []
    for each in attempts:
        missing = [spec for spec in runs.get(each.pk, []) if spec.key not in known[each.pk]]
        wanted.append((each, missing or _planned(regrade, each, found[each.pk], known[each.pk], whole=whole)))
    return wanted


def _planned(
    regrade: Regrade, attempt: Attempt, record: stored.Record, known: set[str], *, whole: bool
) -> list[JobSpec] | None:
    if record.lost:
        return []
    try:
        planned = questions.of_kind(attempt, record, known) if whole else []
        return planned or questions.of_criteria(attempt, record, rubric_of(regrade), known)
    except Exception:
        logger.exception("What to ask about attempt %s cannot be told.", attempt.pk)
        return None


def _asked(
    regrade: Regrade, attempt: Attempt, found: dict[UUID, stored.Record], specs: Sequence[JobSpec] | None
) -> bool:
    """Queue them for nobody's account. A criterion without a model is left without an answer; where the kind itself
    has none, the work is lost: its mark stays."""
    lost = specs is None
    while specs:
        try:
            _enqueue(regrade, regrade.subject_of(attempt.pk), specs, owner_id=attempt.student_id)
        except NoSuchAlias as error:
            logger.warning("regrade %s asks for %s, which is not set up", regrade.pk, error.alias)
            lost = any(not spec.key.startswith(CRITERION_KEY) for spec in specs)
            specs = [] if lost else without_alias(specs, error.alias)
        else:
            return True
    if lost:
        found[attempt.pk] = stored.Record(found[attempt.pk].work, lost=True)
    return False


def _enqueue(regrade: Regrade, subject: str, specs: Sequence[JobSpec], *, owner_id: int | None) -> None:
    course = regrade.exercise.module.course
    services.enqueue(
        subject=subject, channel=regrade.channel, specs=specs, on_done=DONE, owner_id=owner_id,
        share_group=quota.regrades_of(course.pk), local_only=course.local_only,
    )  # fmt: skip


def _ask_controls(regrade: Regrade, number: int) -> None:
    specs = questions.in_background(controls.jobs(criteria_of(rubric_of(regrade))))
    subject = _control_subject(regrade, number)
    while specs:
        try:
            _enqueue(regrade, subject, specs, owner_id=regrade.created_by_id)
        except NoSuchAlias as error:
            specs = [spec for spec in specs if spec.alias != error.alias]
        else:
            return


def _controls_hold(regrade: Regrade, number: int) -> bool:
    """Did the models say about known work what is known? Without a question to them there is nothing to doubt."""
    rows = Job.objects.filter(subject=_control_subject(regrade, number)).values_list("key", "state", "result")
    answers = {key: result or {} for key, state, result in rows if state == State.DONE}
    asked = {key.split(":")[1] for key, _, _ in rows}
    items = [item for item in criteria_of(rubric_of(regrade)) if item.id in asked]
    wrong = controls.failed(items, answers)
    if wrong:
        logger.warning("batch %s of regrade %s is withheld: %s", number, regrade.pk, ", ".join(wrong))
    return not wrong


def _withhold(changes: Sequence[Change]) -> None:
    for change in changes:
        decided = change.before is not None and is_decision(change.before)
        change.effect = Effect.DECIDED if decided else Effect.WITHHELD
        change.value = change.before.value if change.before else None
    rewrite(changes, ["before", "effect", "value"])
