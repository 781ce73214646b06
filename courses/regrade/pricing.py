"""What asking again will probably cost, before anything is queued: by the speeds that were learned."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from courses.attempts import stored
from courses.attempts.ledger import is_decision
from courses.attempts.models import Attempt
from courses.grading.rubric import Rubric
from courses.regrade import questions
from courses.regrade.layers import layers
from courses.regrade.models import Change, Regrade
from courses.regrade.preview import CHUNK, opened, rubric_of, within
from courses.regrade.rows import rewrite
from workers.backends.models import Route
from workers.scheduling import estimates
from workers.scheduling.spec import JobSpec

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Price:
    questions: int
    seconds: float  # of GPU
    minutes: float | None  # if the servers did nothing else; None: no server is there for it
    guessed: tuple[str, ...]  # aliases whose speed nobody has measured yet


def price(regrade: Regrade) -> bool:
    """Estimate some. Is there more?"""
    changes = list(opened(regrade, cost=None)[:CHUNK])
    inside = within(regrade, changes)
    open_ = [change for change in inside if change.before is not None and not is_decision(change.before)]
    specs = _specs(regrade, open_)
    speeds = estimates.rates({spec.alias for some in specs for spec in some})
    costs = {
        change.pk: (len(some), sum(estimates.expected_seconds(each.request, speeds.get(each.alias)) for each in some))
        for change, some in zip(open_, specs, strict=True)
    }
    for change in inside:
        change.questions, change.cost = costs.get(change.pk, (0, 0.0))
    rewrite(inside, ["cost", "questions"])
    return len(changes) == CHUNK


def _specs(regrade: Regrade, changes: Sequence[Change]) -> list[list[JobSpec]]:
    attempts = [change.attempt for change in changes]
    found, rubric = stored.records(attempts, layers(attempts)), rubric_of(regrade)
    judged = [_judged(each, found[each.pk], rubric) for each in attempts]
    if regrade.method != Regrade.Method.REGENERATE:
        return judged
    runs, planned = questions.of_students(attempts, found), questions.planned_before(attempts)
    return [[*runs[each.pk], *planned[each.pk], *some] for each, some in zip(attempts, judged, strict=True)]


def _judged(attempt: Attempt, record: stored.Record, rubric: Rubric) -> list[JobSpec]:
    try:
        return questions.of_criteria(attempt, record, rubric)
    except Exception:
        logger.exception("What attempt %s would ask cannot be told.", attempt.pk)
        return []


def price_of(regrade: Regrade) -> Price:
    sums = regrade.changes.aggregate(questions=Sum("questions"), seconds=Sum("cost"))
    seconds, aliases = sums["seconds"] or 0.0, _aliases(regrade)
    slots = sum(Route.objects.filter(alias__name__in=aliases, server__enabled=True)
                .values_list("server", "server__slots").distinct().values_list("server__slots", flat=True))  # fmt: skip
    guessed = tuple(sorted(aliases - estimates.rates(aliases).keys()))
    return Price(sums["questions"] or 0, seconds, seconds / slots / 60 if slots else None, guessed)


def _aliases(regrade: Regrade) -> set[str]:
    """Whose models it asks, by a few attempts: all attempts at an exercise ask the same ones."""
    some = [change for change in opened(regrade).exclude(questions=0)[:5]]  # noqa: C416
    for change in some:
        change.attempt.exercise = regrade.exercise
    return {spec.alias for specs in _specs(regrade, some) for spec in specs} if some else set()
