"""What models were asked again for regrades that were applied: part of the stored work from then on."""

from collections.abc import Iterable
from uuid import UUID

from courses.attempts.models import Attempt
from courses.attempts.selectors import RUN_KEY
from courses.attempts.stored import Again
from courses.regrade.models import Change, Regrade
from workers.scheduling.models import Job
from workers.scheduling.states import State


def layers(attempts: Iterable[Attempt]) -> dict[UUID, list[Again]]:
    """By attempt, oldest first; without what was rolled back."""
    asked = (Regrade.Method.REJUDGE, Regrade.Method.REGENERATE)
    rows = Change.objects.filter(attempt__in=list(attempts), applied__isnull=False, undone=None)
    rows = rows.filter(regrade__method__in=asked).order_by("applied_id").select_related("regrade")
    found: dict[UUID, list[Again]] = {}
    for change in rows.only("attempt_id", "regrade__method"):
        found.setdefault(change.attempt_id, []).append(layer(change.regrade, change.attempt_id))
    return found


def layer(regrade: Regrade, attempt_id: UUID) -> Again:
    return Again(regrade.subject_of(attempt_id), whole=regrade.method == Regrade.Method.REGENERATE)


def new_answers(attempt: Attempt) -> list[str]:
    """What the model answered when the student's own questions were asked again for the mark, in their order; empty
    where the mark is about the answers that the student saw. Only texts: pictures are named by the findings."""
    whole = [each for each in layers([attempt]).get(attempt.pk, []) if each.whole]
    if not whole:
        return []
    rows = Job.objects.filter(subject=whole[-1].subject, key__startswith=RUN_KEY, state=State.DONE)
    found = {key.removeprefix(RUN_KEY): result or {} for key, result in rows.values_list("key", "result")}
    runs = (str(pk) for pk in attempt.runs.order_by("created_at", "id").values_list("pk", flat=True))
    return [text for run in runs if (text := str(found.get(run, {}).get("text", "")))]
