"""The only writers of regrades, besides `steps` which does their work."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from pydantic import ValidationError

from courses.attempts import grader
from courses.catalog.models import Exercise
from courses.grading.rubric import Rubric, flat
from courses.people.rules import check_can_manage
from courses.regrade import errors
from courses.regrade.asking import stop_asking
from courses.regrade.models import Regrade
from courses.regrade.nudge import ask_for_step
from courses.regrade.rows import collect
from courses.regrade.scope import Scope, attempts_in
from workers.scheduling.storable import storable

State = Regrade.State
BEFORE = (State.PRICING, State.PRICED, State.PREVIEWING, State.READY)  # nothing is changed yet
NOTE_LIMIT = 2000  # characters


def prepare(
    *,
    exercise: Exercise,
    by: AbstractUser,
    note: str,
    scope: dict[str, Any] | None = None,
    never_lower: bool = False,
    method: str = Regrade.Method.RESCORE,
) -> Regrade:
    """Begin a preview with the exercise's present rubric; where models must be asked, first an estimate of the cost.
    Raises RegradeRefused, Denied, Hidden."""
    check_can_manage(by, exercise.module.course)
    wanted, words = _scope(exercise, scope or {}), storable(note.strip()[:NOTE_LIMIT])
    if not words:
        raise errors.note_missing()
    regrade = Regrade(
        exercise=exercise,
        rubric_id=exercise.rubric_id,
        method=Regrade.Method(method),
        state=State.PREVIEWING if method == Regrade.Method.RESCORE else State.PRICING,
        scope=wanted.model_dump(mode="json"),
        never_lower=never_lower,
        note=words,
        grader_version=grader.version(),
        created_by_id=by.pk,
    )
    with transaction.atomic():
        regrade.save(force_insert=True)
        if not collect(regrade, attempts_in(exercise, wanted, without=by.pk).order_by("submitted_at", "pk")):
            raise errors.empty()
        ask_for_step(regrade.pk)
    return regrade


def _scope(exercise: Exercise, given: dict[str, Any]) -> Scope:
    try:
        scope = Scope.model_validate(given)
    except ValidationError as error:
        raise errors.bad_scope() from error
    names = {item.id for item in flat(Rubric.model_validate(exercise.rubric.content))}
    known_group = scope.group is None or exercise.module.course.groups.filter(pk=scope.group).exists()
    if not known_group or (scope.criterion and scope.criterion not in names):
        raise errors.bad_scope()
    return scope


def ask(*, regrade: Regrade, by: AbstractUser) -> Regrade:
    """The cost is accepted: ask the models. Raises RegradeRefused."""
    check_can_manage(by, regrade.exercise.module.course)
    fresh = _fresh(regrade)
    if fresh.state == State.PRICED and fresh.exercise.rubric_id != fresh.rubric_id:
        raise errors.rubric_changed()
    return _moved(fresh, State.PRICED, State.PREVIEWING)


def apply(*, regrade: Regrade, by: AbstractUser) -> Regrade:
    """Write what the preview says. Once: a second call finds it applied. Raises RegradeRefused."""
    check_can_manage(by, regrade.exercise.module.course)
    fresh = Regrade.objects.select_related("exercise").get(pk=regrade.pk)
    if fresh.state == State.READY and fresh.exercise.rubric_id != fresh.rubric_id:
        raise errors.rubric_changed()
    return _moved(fresh, State.READY, State.APPLYING, applied_by_id=by.pk)


def roll_back(*, regrade: Regrade, by: AbstractUser) -> Regrade:
    """Put the marks back that it moved, also in the middle of applying. What a person decided since stays."""
    check_can_manage(by, regrade.exercise.module.course)
    source = State.APPLYING if regrade.state == State.APPLYING else State.APPLIED
    # A mark that somebody decided between preview and application was never moved; the rest is looked at afresh.
    return _moved(regrade, source, State.REVERTING, reverted_by_id=by.pk, paused=False)


def cancel(*, regrade: Regrade, by: AbstractUser) -> Regrade:
    """Before anything was applied: forget it. Raises RegradeRefused."""
    check_can_manage(by, regrade.exercise.module.course)
    fresh = _fresh(regrade)
    source = State(fresh.state) if fresh.state in BEFORE else State.PREVIEWING
    cancelled = _moved(fresh, source, State.CANCELLED, paused=False)
    if cancelled.asks:
        stop_asking(cancelled)
    return cancelled


def pause(*, regrade: Regrade, by: AbstractUser, paused: bool) -> Regrade:
    """Stop after the step in hand, or go on."""
    check_can_manage(by, regrade.exercise.module.course)
    if not Regrade.objects.filter(pk=regrade.pk, state__in=Regrade.WORKING).update(paused=paused):
        raise errors.wrong_state()
    if not paused:
        ask_for_step(regrade.pk)
    return _fresh(regrade)


def _moved(regrade: Regrade, source: State, target: State, **fields: Any) -> Regrade:
    """One compare-and-swap, so that two people at once do it once."""
    try:
        with transaction.atomic():
            moved = Regrade.objects.filter(pk=regrade.pk, state=source).update(state=target, ended_at=None, **fields)
    except IntegrityError as error:
        raise errors.another_writes() from error
    if not moved and _fresh(regrade).state not in (target, _after(target)):
        raise errors.wrong_state()
    if moved and target in Regrade.WORKING:
        ask_for_step(regrade.pk)
    return _fresh(regrade)


def _after(state: State) -> State:
    return {
        State.APPLYING: State.APPLIED,
        State.REVERTING: State.REVERTED,
        State.PREVIEWING: State.READY,
    }.get(state, state)


def _fresh(regrade: Regrade) -> Regrade:
    return Regrade.objects.select_related("exercise__module__course", "rubric").get(pk=regrade.pk)
