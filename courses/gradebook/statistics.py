"""What the marks say about an exercise. Pure.

Difficulty is the mean mark (0..1): the higher, the easier. Discrimination is the point-biserial correlation between
passing the exercise and the rest score, the share of the points that the same student has in the other exercises
(F. M. Lord, M. R. Novick, Statistical Theories of Mental Test Scores, 1968, section 15.3).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from courses.gradebook.book import Cell, mean
from courses.grading.findings import everything

BINS = 10
FEWEST = 5  # students: below, a correlation says nothing


@dataclass(frozen=True, slots=True)
class Bin:
    low: float  # 0..1
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class CriterionRate:
    id: str
    title: dict[str, str]
    judged: int
    unscored: int  # seen by the criterion, without a score
    passed: float | None  # share of the judged, 0..1
    mean: float | None  # 0..1


@dataclass(frozen=True, slots=True)
class Statistics:
    students: int
    handed_in: int  # students
    attempts: int
    marked: int  # students
    difficulty: float | None  # the mean mark, 0..1
    passed: float | None  # share of the marked, 0..1
    discrimination: float | None  # -1..1; None: cannot be computed
    bins: list[Bin]
    criteria: list[CriterionRate]


def statistics(
    exercise: int,
    pass_mark: float,
    lines: Sequence[Mapping[int, Cell]],
    points: Mapping[int, float],
    findings: Iterable[Sequence[Mapping[str, Any]]],
) -> Statistics:
    """`lines`: the cells of every student by exercise; `findings`: of the entries that count for `exercise`."""
    here = [cells[exercise] for cells in lines if exercise in cells]
    values = [cell.value for cell in here if cell.value is not None]
    pairs = [_pair(cells, exercise, pass_mark, points) for cells in lines]
    return Statistics(
        students=len(lines),
        handed_in=sum(cell.handed_in > 0 for cell in here),
        attempts=sum(cell.handed_in for cell in here),
        marked=len(values),
        difficulty=mean(values),
        passed=mean(float(value >= pass_mark) for value in values),
        discrimination=point_biserial([pair for pair in pairs if pair]),
        bins=distribution(values),
        criteria=criterion_rates(findings),
    )


def distribution(values: Iterable[float]) -> list[Bin]:
    """Ten equal bins; a full mark belongs to the last."""
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, int(value * BINS + 1e-9))] += 1
    return [Bin(n / BINS, (n + 1) / BINS, count) for n, count in enumerate(counts)]


def _pair(
    cells: Mapping[int, Cell], exercise: int, pass_mark: float, points: Mapping[int, float]
) -> tuple[bool, float] | None:
    """(passed, rest score) of a student; None without a mark here or anywhere else."""
    value = cells[exercise].value if exercise in cells else None
    rest = rest_score(cells, exercise, points)
    return None if value is None or rest is None else (value >= pass_mark, rest)


def rest_score(cells: Mapping[int, Cell], without: int, points: Mapping[int, float]) -> float | None:
    """The share of the points of the other exercises that have a mark, 0..1."""
    marks = [(cell.value, points[key]) for key, cell in cells.items() if key != without and key in points]
    known = [(value, most) for value, most in marks if value is not None]
    whole = sum(most for _value, most in known)
    return sum(value * most for value, most in known) / whole if whole else None


def point_biserial(pairs: Sequence[tuple[bool, float]]) -> float | None:
    """(M₁ - M₀) / s · √(p·q), s of the population. None: fewer than five students, or all alike."""
    upper, lower = [rest for passed, rest in pairs if passed], [rest for passed, rest in pairs if not passed]
    if len(pairs) < FEWEST or not upper or not lower:
        return None
    middle = sum(rest for _passed, rest in pairs) / len(pairs)
    spread = math.sqrt(sum((rest - middle) ** 2 for _passed, rest in pairs) / len(pairs))
    if spread < 1e-12:
        return None
    share = len(upper) / len(pairs)
    difference = sum(upper) / len(upper) - sum(lower) / len(lower)
    return difference / spread * math.sqrt(share * (1 - share))


def criterion_rates(findings: Iterable[Sequence[Mapping[str, Any]]]) -> list[CriterionRate]:
    """In the order in which they are met; members of groups follow their group."""
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for found in chain.from_iterable(everything(each) for each in findings):  # type: ignore[arg-type]  # stored findings
        by_id.setdefault(found["id"], []).append(found)
    return [_rate(key, found) for key, found in by_id.items()]


def _rate(key: str, found: Sequence[Mapping[str, Any]]) -> CriterionRate:
    scores = [float(each["score"]) for each in found if each["score"] is not None]
    passed = mean(float(score >= 1.0) for score in scores)
    return CriterionRate(key, found[-1]["title"], len(scores), len(found) - len(scores), passed, mean(scores))
