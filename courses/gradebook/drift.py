"""How each grader marks: against the machine, against the other graders, and over time. Pure.

The difference of two marks of the same work has a mean with a 95 % interval by Student's t distribution; against the
other graders, whose work is other work, the interval is B. L. Welch's (The generalization of "Student's" problem,
Biometrika 34, 1947). Below FEWEST pieces no interval is given: it would say nothing.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

FEWEST = 8  # pieces
# Two-sided 95 % quantiles of Student's t by degrees of freedom; between two, the one of fewer is used: wider.
QUANTILES = (
    (1, 12.706),
    (2, 4.303),
    (3, 3.182),
    (4, 2.776),
    (5, 2.571),
    (6, 2.447),
    (7, 2.365),
    (8, 2.306),
    (9, 2.262),
    (10, 2.228),
    (12, 2.179),
    (15, 2.131),
    (20, 2.086),
    (30, 2.042),
    (60, 2.0),
    (120, 1.98),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One decision."""

    grader: int
    on: date
    value: float  # 0..1
    machine: float | None = None  # what the machine said before


@dataclass(frozen=True, slots=True)
class Difference:
    """Of marks, -1..1. `low` and `high`: None where there are too few pieces."""

    mean: float
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def is_clear(self) -> bool:
        """Does the interval leave out zero?"""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Grader:
    person: int
    n: int
    mean: float
    machine: Difference | None  # None: no piece had a mark of the machine
    others: Difference | None  # None: nobody else decided
    months: Sequence[tuple[str, Difference]]  # against the machine: "2026-11"


def drift(pieces: Iterable[Piece]) -> list[Grader]:
    """Whoever decided most comes first."""
    by_person: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_person[piece.grader].append(piece)
    found = [_grader(person, own, by_person) for person, own in by_person.items()]
    return sorted(found, key=lambda each: (-each.n, each.person))


def _grader(person: int, own: Sequence[Piece], all_: Mapping[int, Sequence[Piece]]) -> Grader:
    values = [piece.value for piece in own]
    others = [piece.value for key, theirs in all_.items() if key != person for piece in theirs]
    months: dict[str, list[Piece]] = defaultdict(list)
    for piece in own:
        months[f"{piece.on:%Y-%m}"].append(piece)
    over_time = ((month, _against_machine(each)) for month, each in sorted(months.items()))
    return Grader(
        person, len(own), sum(values) / len(values), _against_machine(own), welch(values, others) if others else None,
        [(month, each) for month, each in over_time if each is not None],
    )  # fmt: skip


def _against_machine(pieces: Iterable[Piece]) -> Difference | None:
    gaps = [piece.value - piece.machine for piece in pieces if piece.machine is not None]
    return paired(gaps) if gaps else None


def paired(gaps: Sequence[float]) -> Difference:
    mean, n = sum(gaps) / len(gaps), len(gaps)
    if n < FEWEST:
        return Difference(mean, n)
    half = quantile(n - 1) * math.sqrt(_variance(gaps) / n)
    return Difference(mean, n, mean - half, mean + half)


def welch(one: Sequence[float], other: Sequence[float]) -> Difference:
    """Mean of `one` less that of `other`; `n` counts `one`."""
    mean = sum(one) / len(one) - sum(other) / len(other)
    if min(len(one), len(other)) < FEWEST:
        return Difference(mean, len(one))
    first, second = _variance(one) / len(one), _variance(other) / len(other)
    both = first + second
    parts = first**2 / (len(one) - 1) + second**2 / (len(other) - 1)
    half = quantile(both**2 / parts) * math.sqrt(both) if parts else 0.0
    return Difference(mean, len(one), mean - half, mean + half)


def quantile(freedom: float) -> float:
    """Of Student's t, for a two-sided interval of 95 %."""
    return next((value for least, value in reversed(QUANTILES) if freedom >= least), QUANTILES[0][1])


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)
