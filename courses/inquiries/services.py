"""The only writers of requests about marks."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from courses.attempts import marks
from courses.attempts import selectors as attempts
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import INQUIRY
from courses.attempts.services import append_human_score, ask_for_review, lock, review_done
from courses.grading.findings import everything, overridden, total
from courses.inquiries import errors, news, selectors
from courses.inquiries.models import Inquiry, Message
from courses.inquiries.rules import check_can_ask, check_can_handle, check_can_see, check_is_student
from courses.people.rules import can_manage, check_can_manage, check_can_review
from workers.events.publish import publish
from workers.scheduling.storable import storable

State, Outcome = Inquiry.State, Inquiry.Outcome
LIMIT = 4000  # characters of one message
SAME = 1e-9  # marks that floats cannot tell apart


@transaction.atomic
def ask(*, attempt: Attempt, student: AbstractUser, criterion: str = "", text: str) -> Inquiry:
    """Object to one criterion (by id), or to the whole mark. Raises InquiryRefused, Hidden, Denied."""
    locked, words = lock(attempt.pk), _words(text)
    check_can_ask(student, locked)
    if criterion and criterion not in dict(selectors.criteria_of(locked, student)):
        raise errors.unknown_criterion()
    score = attempts.current_score(locked)
    if score is None:
        raise errors.no_mark()
    _check_is_new(locked, criterion, score)
    made = Inquiry.objects.create(
        attempt=locked,
        criterion=criterion,
        about=score,
        first_grader_id=score.decided_by_id if score.by_person else None,
    )
    _note(made, student, Message.Kind.SAID, words)
    ask_for_review(attempt=locked, reason=INQUIRY)
    news.tell_staff(made, student)
    return made


def _check_is_new(attempt: Attempt, criterion: str, score: Score) -> None:
    """One open request each; and what was answered is not asked again about the same mark."""
    same = Inquiry.objects.filter(attempt=attempt, criterion=criterion)
    if same.filter(state=State.OPEN).exists():
        raise errors.already_open()
    last = same.filter(state=State.ANSWERED).order_by("-ended_at").first()
    if last and (score.origin == Score.Origin.INQUIRY or score.pk == last.about_id):
        raise errors.already_answered()


@transaction.atomic
def say(*, inquiry: Inquiry, author: AbstractUser, text: str) -> Message:
    """Words in the thread: of the student, or of the staff of the course."""
    fresh, words = _open(inquiry), _words(text)
    check_can_see(author, fresh)
    said = _note(fresh, author, Message.Kind.SAID, words)
    if author.pk == fresh.attempt.student_id:
        news.tell_staff(fresh, author, again=True)
    else:
        news.tell_student(fresh, author, answered=False)
    return said


@transaction.atomic
def take(*, inquiry: Inquiry, grader: AbstractUser) -> Inquiry:
    """From now on it is this grader's to answer. Refused to whoever decided the mark, where another one is there."""
    fresh = _open(inquiry)
    check_can_handle(grader, fresh)
    if fresh.handler_id != grader.pk:
        _set(fresh, handler_id=grader.pk)
        _note(fresh, grader, Message.Kind.TAKEN, staff_only=True)
    return fresh


@transaction.atomic
def give_back(*, inquiry: Inquiry, grader: AbstractUser) -> Inquiry:
    """Another one may take it. An instructor may take it out of somebody's hands."""
    fresh = _open(inquiry)
    check_can_review(grader, fresh.attempt.exercise.module.course)
    if fresh.handler_id != grader.pk:
        check_can_manage(grader, fresh.attempt.exercise.module.course)
    if fresh.handler_id is not None:
        _set(fresh, handler_id=None)
        _note(fresh, grader, Message.Kind.GIVEN_BACK, staff_only=True)
    return fresh


@transaction.atomic
def allow_first(*, inquiry: Inquiry, by: AbstractUser, text: str) -> Inquiry:
    """An instructor lets whoever decided the mark answer, too, and says why. The staff reads it in the thread."""
    fresh, words = _open(inquiry), _words(text)
    check_can_manage(by, fresh.attempt.exercise.module.course)
    _set(fresh, allowed_by_id=by.pk)
    _note(fresh, by, Message.Kind.ALLOWED, words, staff_only=True)
    return fresh


@transaction.atomic
def answer(
    *,
    inquiry: Inquiry,
    grader: AbstractUser,
    changes: Mapping[str, float] | None = None,
    value: float | None = None,
    text: str,
    seen_score_id: int | None,
    may_lower: bool = False,
) -> Inquiry:
    """End it: the mark stays, or criteria (scores 0..1 by id) or the whole mark (`value`) change. `text` is the reason.

    Without a change nothing is appended to the ledger: who looked, when and why stands in the request, and the mark
    stays one that a later regrade may better. A mark falls only where an instructor says so (`may_lower`).
    `seen_score_id`: the score on the grader's screen. Raises InquiryRefused, NotReviewable, Denied, Hidden.
    """
    locked, words = lock(inquiry.attempt_id), _words(text)
    fresh = _open(inquiry)
    check_can_handle(grader, fresh)
    current = attempts.current_score(locked)
    if current is None or current.pk != seen_score_id:
        raise errors.changed()
    score = _changed(locked, current, grader, changes or {}, value, words, may_lower=may_lower)
    outcome = Outcome.CHANGED if score else Outcome.KEPT
    _set(fresh, state=State.ANSWERED, outcome=outcome, answered_by_id=grader.pk, score=score, ended_at=timezone.now())
    _note(fresh, grader, Message.Kind.ANSWERED, words)
    _ended(fresh)
    news.tell_student(fresh, grader, answered=True)
    return fresh


def _changed(
    attempt: Attempt,
    current: Score,
    grader: AbstractUser,
    changes: Mapping[str, float],
    value: float | None,
    reason: str,
    *,
    may_lower: bool,
) -> Score | None:
    """The new entry of the ledger; None where everything stays as it is."""
    findings = _findings(current, changes)
    raw, of_rubric = (total(findings).score, True) if value is None else (value, False)
    if value is None and findings == current.findings:
        return None
    if raw is None:
        raise errors.incomplete()
    if not 0.0 <= raw <= 1.0:
        raise errors.out_of_range()
    after = marks.reduced(raw, marks.lateness_of(attempt).credit) if of_rubric else raw
    if _falls(current.value, after) and not (may_lower and can_manage(grader, attempt.exercise.module.course)):
        raise errors.would_fall()
    return append_human_score(
        attempt=attempt, by=grader, value=raw, findings=findings, reason=reason, of_rubric=of_rubric,
        origin=Score.Origin.INQUIRY,
    )  # fmt: skip


def _falls(before: float | None, after: float | None) -> bool:
    return before is not None and after is not None and after < before - SAME


def _findings(current: Score, changes: Mapping[str, float]) -> list[dict[str, Any]]:
    if any(not 0.0 <= score <= 1.0 for score in changes.values()):
        raise errors.out_of_range()
    before = {found["id"]: found["score"] for found in everything(current.findings)}
    moved = {name: score for name, score in changes.items() if before.get(name, -1.0) != score}
    try:
        return overridden(current.findings, moved)
    except KeyError as error:
        raise errors.unknown_criterion() from error


@transaction.atomic
def withdraw(*, inquiry: Inquiry, student: AbstractUser) -> Inquiry:
    """The student does not ask any more."""
    check_is_student(student, inquiry)
    fresh = _open(inquiry)
    _set(fresh, state=State.WITHDRAWN, ended_at=timezone.now())
    _note(fresh, student, Message.Kind.WITHDRAWN)
    _ended(fresh)
    return fresh


def _ended(inquiry: Inquiry) -> None:
    if not Inquiry.objects.filter(attempt=inquiry.attempt_id, state=State.OPEN).exists():
        review_done(attempt=inquiry.attempt, reason=INQUIRY)
    news.nothing_left_to_do(inquiry)


def _open(inquiry: Inquiry) -> Inquiry:
    """The row, locked with its attempt (always in this order) and still open."""
    lock(inquiry.attempt_id)
    fresh = selectors.inquiries().select_for_update(of=("self",)).get(pk=inquiry.pk)
    if fresh.state != State.OPEN:
        raise errors.ended()
    return fresh


def _set(inquiry: Inquiry, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(inquiry, name, value)
    inquiry.save(update_fields=list(fields))


def _note(
    inquiry: Inquiry, author: AbstractUser, kind: Message.Kind, text: str = "", *, staff_only: bool = False
) -> Message:
    publish(channel=inquiry.attempt.channel, type="review", data={"attempt": str(inquiry.attempt_id)})
    return Message.objects.create(inquiry=inquiry, author_id=author.pk, kind=kind, text=text, staff_only=staff_only)


def _words(text: str) -> str:
    words = str(storable(text.strip()[:LIMIT]))
    if not words:
        raise errors.words_missing()
    return words
