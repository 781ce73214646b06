"""What models answered when the students' own questions were asked again, beside what they had answered then."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from courses.attempts.models import Attempt, Run
from courses.attempts.selectors import RUN_KEY
from courses.regrade.models import Change, Regrade
from workers.scheduling.models import Job
from workers.scheduling.states import State


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    pictures: list[str]  # digests


@dataclass(frozen=True, slots=True)
class Beside:
    """One question, by its place in the attempt."""

    number: int
    before: Said
    after: Said


def beside(regrade: Regrade, attempts: Collection[UUID]) -> dict[UUID, list[Beside]]:
    """By attempt, in two queries: only what was asked again and answered. Empty for the other methods."""
    if regrade.method != Regrade.Method.REGENERATE or not attempts:
        return {}
    new = _answers([regrade.subject_of(each) for each in attempts])
    rows = Run.objects.filter(attempt__in=attempts).order_by("created_at", "id")
    numbers: dict[UUID, int] = defaultdict(int)
    found: dict[UUID, list[Beside]] = defaultdict(list)
    for attempt, run, result in rows.values_list("attempt_id", "pk", "job__result"):
        numbers[attempt] += 1
        answer = new.get((regrade.subject_of(attempt), f"{RUN_KEY}{run}"))
        if answer is not None:
            found[attempt].append(Beside(numbers[attempt], _said(result), _said(answer)))
    return dict(found)


def _answers(subjects: Collection[str]) -> dict[tuple[str, str], Any]:
    rows = Job.objects.filter(subject__in=subjects, key__startswith=RUN_KEY, state=State.DONE)
    return {(subject, key): result for subject, key, result in rows.values_list("subject", "key", "result")}


def _said(result: Mapping[str, Any] | None) -> Said:
    made = result or {}
    return Said(str(made.get("text") or ""), [each["digest"] for each in made.get("pictures") or []])


def subjects_of(attempt: Attempt, *, previews: bool) -> list[str]:
    """Under which names jobs were asked again about this attempt: for what was applied; with `previews`, for all."""
    rows = Change.objects.filter(attempt=attempt, regrade__method=Regrade.Method.REGENERATE).select_related("regrade")
    if not previews:
        rows = rows.filter(applied__isnull=False, undone=None)
    return [each.regrade.subject_of(attempt.pk) for each in rows]
