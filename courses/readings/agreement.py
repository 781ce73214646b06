"""How well graders agree, from pairs of readings. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.grading.agreement import Kappa, agreement, cohen_kappa

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)  # the scale that graders click; other scores count as the nearest step


@dataclass(frozen=True, slots=True)
class Pair:
    """One criterion of one attempt, scored by two people."""

    graders: tuple[int, int]  # first, second: ids
    criterion: tuple[int, str]  # exercise, id
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class Agreement:
    same: float  # share of the same step, 0..1
    kappa: Kappa  # linearly weighted: a neighbouring step half agrees
    bias: float  # mean of second − first


def step_of(score: float) -> float:
    return min(STEPS, key=lambda step: (abs(step - score), step))


def agreement_of(pairs: Iterable[Pair]) -> Agreement:
    rows = list(pairs)
    steps = [(step_of(each.first), step_of(each.second)) for each in rows]
    bias = sum(each.second - each.first for each in rows) / len(rows) if rows else 0.0
    return Agreement(agreement(steps), cohen_kappa(steps, "linear", categories=STEPS), bias)


def by_graders(pairs: Iterable[Pair]) -> Mapping[tuple[int, int], Agreement]:
    """Whoever was first: two people are one pair, in the order of their ids."""
    found: dict[tuple[int, int], list[Pair]] = defaultdict(list)
    for each in pairs:
        one, other = each.graders
        turned = Pair((other, one), each.criterion, each.second, each.first) if one > other else each
        found[turned.graders].append(turned)
    return {graders: agreement_of(rows) for graders, rows in sorted(found.items())}


def by_criterion(pairs: Iterable[Pair]) -> Mapping[tuple[int, str], Agreement]:
    found: dict[tuple[int, str], list[Pair]] = defaultdict(list)
    for each in pairs:
        found[each.criterion].append(each)
    return {criterion: agreement_of(rows) for criterion, rows in sorted(found.items())}
