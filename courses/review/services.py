"""What graders do about an attempt: take it on the screen, decide, take that back, let go.

Work is handed out by `distribution`; what is said about it is written by `comments`.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from courses.attempts import selectors
from courses.attempts import services as attempts
from courses.attempts.ledger import is_decision
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import FLAGGED
from courses.attempts.services import append_human_score, ask_for_review, check_can_decide, lock
from courses.grading.findings import overridden, total
from courses.people.rules import check_can_review
from courses.review import rules
from courses.review.errors import Changed, Claimed, Incomplete, NothingToUndo, OutOfRange, UnknownCriterion
from courses.review.models import Assignment, Claim, Decision, Flag, Unveiling
from courses.review.news import forget_decision, tell_of_decision
from courses.review.selectors import UNDO, last_decision
from workers.events.publish import publish
from workers.scheduling.storable import storable

CLAIM = timedelta(minutes=10)  # the page renews it while it is open
NOTE_LIMIT = 500  # characters


@transaction.atomic
def claim(*, attempt: Attempt, grader: AbstractUser, take_over: bool = False) -> Claim:
    """Take the attempt on the screen, or renew that. Raises Claimed while another grader has it, unless `take_over`."""
    check_can_decide(grader, lock(attempt.pk))
    now = timezone.now()
    present = Claim.objects.select_related("grader").filter(attempt=attempt).first()
    if present and present.grader_id != grader.pk and present.expires_at > now and not take_over:
        raise Claimed(present.grader)
    goes_on = present is not None and present.grader_id == grader.pk and present.expires_at > now
    made = present or Claim(attempt=attempt, claimed_at=now)
    made.grader_id, made.expires_at = grader.pk, now + CLAIM
    if not goes_on:
        made.claimed_at = now
        publish(channel=attempt.channel, type="review", data={"attempt": str(attempt.pk)})
    made.save()
    return made


def release_claim(*, attempt: Attempt, grader: AbstractUser) -> None:
    """Let go of it; of another's claim nothing happens."""
    Claim.objects.filter(attempt=attempt, grader_id=grader.pk).delete()


@transaction.atomic
def decide(
    *,
    attempt: Attempt,
    grader: AbstractUser,
    changes: Mapping[str, float] | None = None,
    value: float | None = None,
    reason: str,
    seen_score_id: int | None = None,
) -> Score:
    """Append this person's mark: criteria changed by id (scores 0..1), or the whole mark by `value`, or as it stands.

    `seen_score_id` is the score that the grader had on the screen. Raises Changed when another person has decided
    since, Incomplete while something that counts has no score, UnknownCriterion, OutOfRange, Denied.
    """
    locked = lock(attempt.pk)
    check_can_decide(grader, locked)
    current = _unchanged(locked, seen_score_id)
    for name, changed in (changes or {}).items():
        if not 0.0 <= changed <= 1.0:
            raise OutOfRange(name)
    try:
        findings = overridden(current.findings if current else [], changes or {})
    except KeyError as error:
        raise UnknownCriterion(str(error.args[0])) from error
    decided, of_rubric = (value, False) if value is not None else _value(current, findings, changed=bool(changes))
    done = _decision(locked, grader, current)
    done.score = append_human_score(
        attempt=locked, by=grader, value=decided, findings=findings, reason=reason, of_rubric=of_rubric
    )
    _finish(done)
    tell_of_decision(done)
    return done.score


@transaction.atomic
def approve(*, attempt: Attempt, grader: AbstractUser, seen_score_id: int | None = None) -> Decision:
    """The mark is right as it stands: show it, and settle why somebody was to look. Nothing is appended.

    Raises Changed, NotReviewable where there is no mark yet, Denied.
    """
    locked = lock(attempt.pk)
    check_can_decide(grader, locked)
    done = _decision(locked, grader, _unchanged(locked, seen_score_id))
    attempts.release(attempt=locked, by=grader)
    _finish(done)
    return done


def _unchanged(attempt: Attempt, seen_score_id: int | None) -> Score | None:
    """The mark that counts, if no other person has decided since it was on the grader's screen."""
    current = selectors.current_score(attempt)
    if current and is_decision(current) and current.pk != seen_score_id:
        raise Changed(current)
    return current


def _decision(attempt: Attempt, grader: AbstractUser, current: Score | None) -> Decision:
    return Decision(
        attempt=attempt,
        by_id=grader.pk,
        before=current,
        reasons=list(attempt.review_reasons),
        released_at=attempt.released_at,
    )


def _finish(done: Decision) -> None:
    done.save()
    Claim.objects.filter(attempt=done.attempt, grader_id=done.by_id).delete()
    Assignment.objects.filter(attempt=done.attempt).delete()


def _value(current: Score | None, findings: list[dict[str, object]], *, changed: bool) -> tuple[float, bool]:
    """The rubric's sum over changed criteria; without changes the mark as it stands, also one a person set freely.
    With it: whether lateness still reduces it."""
    if changed or current is None:
        value, of_rubric = total(findings).score, True
    elif current.raw_value is not None:
        value, of_rubric = current.raw_value, True
    else:
        value, of_rubric = current.value, False
    if value is None:
        raise Incomplete
    return value, of_rubric


@transaction.atomic
def undo(*, grader: AbstractUser, decision: Decision | None = None) -> Decision:
    """Take the grader's last decision back (or this one): the mark and the place in the queue are what they were.

    In the ledger that is another entry. Raises NothingToUndo after a while, or when somebody has decided since.
    """
    minutes = round(UNDO.total_seconds() / 60)
    last = decision or last_decision(grader)
    if last is None or last.by_id != grader.pk or last.created_at < timezone.now() - UNDO:
        raise NothingToUndo(minutes)
    locked = lock(last.attempt_id)
    fresh = Decision.objects.select_for_update().get(pk=last.pk)
    current = selectors.current_score(locked)
    left = fresh.score_id or fresh.before_id  # the entry that counts if nothing came after
    if fresh.undone_at or (current.pk if current else None) != left:
        raise NothingToUndo(minutes)
    _take_back(fresh, locked, grader)
    return fresh


def _take_back(done: Decision, attempt: Attempt, grader: AbstractUser) -> None:
    check_can_decide(grader, attempt)
    if done.score_id:
        words = gettext("The decision before this entry was taken back.")
        done.undone_by = attempts.take_back(
            attempt=attempt, by=grader, before=done.before, reason=words, reasons=done.reasons,
            released_at=done.released_at,
        )  # fmt: skip
    else:
        attempts.hold_back(attempt=attempt, by=grader, reasons=done.reasons, released_at=done.released_at)
    done.undone_at = timezone.now()
    done.save(update_fields=["undone_at", "undone_by"])
    forget_decision(done)


@transaction.atomic
def flag(*, attempt: Attempt, by: AbstractUser, note: str) -> Flag:
    """Bring it to the queue with a note to the staff; the student's mark stays as it is."""
    check_can_review(by, attempt.exercise.module.course)
    made = Flag.objects.create(attempt=attempt, by_id=by.pk, note=str(storable(note.strip()))[:NOTE_LIMIT])
    ask_for_review(attempt=attempt, reason=FLAGGED)
    return made


def unveil(*, attempt: Attempt, by: AbstractUser) -> Unveiling:
    """An instructor looks whose work it is, although marking is blind. Written down."""
    rules.check_can_unveil(by, attempt)
    return Unveiling.objects.create(attempt=attempt, by_id=by.pk)
