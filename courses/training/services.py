"""The only writers of training."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction

from courses.attempts import selectors as attempts
from courses.attempts.models import Attempt
from courses.catalog.models import Course
from courses.grading.findings import Stored, leaves, overridden
from courses.people import services as people
from courses.people.rules import check_can_manage, check_can_review
from courses.training import errors, selectors
from courses.training.distance import distance
from courses.training.models import Piece, Trial
from workers.scheduling.storable import storable

LIMIT = 4000  # characters
NEAR = 1e-9


@transaction.atomic
def add_piece(*, attempt: Attempt, by: AbstractUser, scores: Mapping[str, float], reason: str) -> Piece:
    """Let graders train on this attempt: the right score of every criterion, and why. Also one's own attempt: a
    reference answer. Choosing it again corrects it. Raises TrainingRefused, Denied."""
    course, words = attempt.exercise.module.course, storable(reason.strip()[:LIMIT])
    check_can_manage(by, course)
    current = attempts.current_score(attempt)
    if current is None or not current.findings:
        raise errors.not_marked()
    if not words:
        raise errors.words_missing()
    right = {"course": course, "findings": _scored(current.findings, scores), "reason": words, "active": True}
    piece, _new = Piece.objects.update_or_create(attempt=attempt, defaults={**right, "created_by_id": by.pk})
    return piece


def retire(*, piece: Piece, by: AbstractUser) -> None:
    """Nobody is asked to mark it any more; who has passed on it keeps that."""
    check_can_manage(by, piece.course)
    Piece.objects.filter(pk=piece.pk).update(active=False)


@transaction.atomic
def try_piece(*, piece: Piece, grader: AbstractUser, scores: Mapping[str, float]) -> Trial:
    """Mark a piece, once. Enough good ones, and the grader may decide here. Raises TrainingRefused, Denied, Hidden."""
    check_can_review(grader, piece.course)
    if not piece.active:
        raise errors.retired()
    if piece.attempt.student_id == grader.pk:
        raise errors.own_work()
    _scored(piece.findings, scores)
    far = distance(piece.findings, scores)
    passed = far <= piece.course.review_rules.training_tolerance + NEAR
    try:
        with transaction.atomic():
            made = Trial.objects.create(
                piece=piece, grader_id=grader.pk, scores=dict(scores), distance=far, passed=passed
            )
    except IntegrityError as error:
        raise errors.tried() from error
    if selectors.progress(grader, piece.course).is_enough:
        people.mark_trained(course=piece.course, grader=grader)
    return made


def _scored(findings: list[Stored], scores: Mapping[str, float]) -> list[dict[str, Any]]:
    wanted = {found["id"] for found in leaves(findings)}
    if set(scores) != wanted or any(not 0.0 <= score <= 1.0 for score in scores.values()):
        raise errors.incomplete()
    return overridden(findings, scores)


@transaction.atomic
def begin_again(*, course: Course, grader: AbstractUser, by: AbstractUser) -> None:
    """Forget how this grader marked: they train anew before they decide again."""
    check_can_manage(by, course)
    Trial.objects.filter(piece__course=course, grader_id=grader.pk).delete()
    people.mark_trained(course=course, grader=grader, trained=False)
