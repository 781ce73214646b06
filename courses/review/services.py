"""What graders do: take an attempt on the screen, decide, let go."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from courses.attempts import selectors
from courses.attempts.ledger import is_decision
from courses.attempts.models import Attempt, Score
from courses.attempts.services import append_human_score, check_can_decide, lock
from courses.grading.findings import overridden, total
from courses.review.errors import Changed, Claimed, Incomplete, OutOfRange, UnknownCriterion
from courses.review.models import Claim
from workers.events.publish import publish

CLAIM = timedelta(minutes=10)  # the page renews it while it is open


@transaction.atomic
def claim(*, attempt: Attempt, grader: AbstractUser, take_over: bool = False) -> Claim:
    """Take the attempt on the screen, or renew that. Raises Claimed while another grader has it, unless `take_over`."""
    check_can_decide(grader, lock(attempt.pk))
    now = timezone.now()
    present = Claim.objects.select_related("grader").filter(attempt=attempt).first()
    if present and present.grader_id != grader.pk and present.expires_at > now and not take_over:
        raise Claimed(present.grader)
    began = present.claimed_at if present and present.grader_id == grader.pk and present.expires_at > now else now
    made, _new = Claim.objects.update_or_create(
        attempt=attempt, defaults={"grader_id": grader.pk, "claimed_at": began, "expires_at": now + CLAIM}
    )
    publish(channel=attempt.channel, type="review", data={"attempt": str(attempt.pk)})
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
    current = selectors.current_score(locked)
    if current and is_decision(current) and current.pk != seen_score_id:
        raise Changed(current)
    for name, changed in (changes or {}).items():
        if not 0.0 <= changed <= 1.0:
            raise OutOfRange(name)
    try:
        findings = overridden(current.findings if current else [], changes or {})
    except KeyError as error:
        raise UnknownCriterion(str(error.args[0])) from error
    decided, of_rubric = (value, False) if value is not None else _value(current, findings, changed=bool(changes))
    score = append_human_score(
        attempt=locked, by=grader, value=decided, findings=findings, reason=reason, of_rubric=of_rubric
    )
    release_claim(attempt=locked, grader=grader)
    return score


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
