"""The work of a regrade in short steps, each of which may be done twice or by two workers: the result is the same."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from courses.regrade.asking import ask, ready
from courses.regrade.left import Left
from courses.regrade.models import Regrade
from courses.regrade.preview import preview
from courses.regrade.pricing import price
from courses.regrade.writing import apply, revert

LEASE = timedelta(seconds=60)
# Seconds between two steps. Who waits for the one writer of SQLite looks again after at most 25 ms at first: so a
# student comes before the next step.
REST = 0.03
NEXT = {
    Regrade.State.PRICING: Regrade.State.PRICED,
    Regrade.State.PREVIEWING: Regrade.State.READY,
    Regrade.State.APPLYING: Regrade.State.APPLIED,
    Regrade.State.REVERTING: Regrade.State.REVERTED,
}
RELATED = ("exercise__module__course", "rubric", "applied_by", "reverted_by")


def advance(regrade_id: UUID | str) -> bool:
    """One step. Is there more to do now? False also while another worker has a step in hand, or models answer."""
    now = timezone.now()
    free = Q(busy_until=None) | Q(busy_until__lte=now)
    working = Regrade.objects.filter(pk=regrade_id, state__in=Regrade.WORKING, paused=False)
    if not working.filter(free).update(busy_until=now + LEASE):
        return False
    regrade = Regrade.objects.select_related(*RELATED).get(pk=regrade_id)
    try:
        left = STEPS[Regrade.State(regrade.state)](regrade)
    finally:
        Regrade.objects.filter(pk=regrade_id).update(busy_until=None)
    if left is Left.NOTHING:
        _end(regrade)
    if left is Left.MORE:
        time.sleep(REST)
    # Who told of an answer while this step was in hand was sent away: look once more.
    return left is Left.MORE or (left is Left.WAIT and ready(regrade))


def _end(regrade: Regrade) -> None:
    """Unless a person sent it elsewhere meanwhile."""
    Regrade.objects.filter(pk=regrade.pk, state=regrade.state).update(
        state=NEXT[Regrade.State(regrade.state)], ended_at=timezone.now()
    )


def _preview(regrade: Regrade) -> Left:
    return ask(regrade) if regrade.asks else _more(preview)(regrade)


def _more(step: Callable[[Regrade], bool]) -> Callable[[Regrade], Left]:
    return lambda regrade: Left.MORE if step(regrade) else Left.NOTHING


STEPS: Mapping[Regrade.State, Callable[[Regrade], Left]] = {
    Regrade.State.PRICING: _more(price),
    Regrade.State.PREVIEWING: _preview,
    Regrade.State.APPLYING: _more(apply),
    Regrade.State.REVERTING: _more(revert),
}
