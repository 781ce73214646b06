"""How well two people, or a person and a machine, agree about the same pieces of work. Pure.

κ as Cohen (1960), "A coefficient of agreement for nominal scales"; weighted as Cohen (1968). The interval is the
large-sample one of Fleiss, Cohen & Everitt (1969), "Large sample standard errors of kappa and weighted kappa", 95 %.
It is narrow where few pieces agree by luck: read it beside the number of pieces, and κ beside the prevalence.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from courses.grading.intervals import Z

Weights = Literal["none", "linear", "quadratic"]
Pair = tuple[Hashable, Hashable]
Weight = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Kappa:
    """`low` and `high` bound κ with 95 %; −1 and 1, with the value 0, where nothing can be said."""

    value: float
    low: float
    high: float
    n: int  # pieces of work


def confusion(pairs: Iterable[Pair]) -> dict[Pair, int]:
    """How often each (first, second) was said."""
    return dict(Counter(pairs))


def agreement(pairs: Iterable[Pair]) -> float:
    """The share of pieces about which both said the same, 0..1; 0 without any."""
    table = confusion(pairs)
    number = sum(table.values())
    return sum(count for (one, other), count in table.items() if one == other) / number if number else 0.0


def cohen_kappa(
    pairs: Iterable[Pair], weights: Weights = "none", *, categories: Sequence[Hashable] | None = None
) -> Kappa:
    """`linear`, `quadratic`: neighbouring categories half agree. Their order is that of `categories`, the whole scale;
    without it the sorted ones that occur. Raises ValueError for a category outside the scale."""
    table = confusion(pairs)
    scale = _scale(table, weights, categories)
    places = {category: place for place, category in enumerate(scale)}
    if missing := {each for pair in table for each in pair} - places.keys():
        raise ValueError(f"{sorted(map(repr, missing))[0]} is no category of the scale")
    number = sum(table.values())
    shares = {(places[one], places[other]): count / number for (one, other), count in table.items()}
    return _kappa(shares, number, _weight(weights, len(scale)))


def _scale(table: Mapping[Pair, int], weights: Weights, given: Sequence[Hashable] | None) -> list[Hashable]:
    if given is not None:
        return list(dict.fromkeys(given))
    found: list[Any] = list(dict.fromkeys(each for pair in table for each in pair))
    return found if weights == "none" else sorted(found)


def _weight(weights: Weights, size: int) -> Weight:
    """How much two places of the scale agree, 0..1."""
    if weights == "none" or size < 2:
        return lambda one, other: float(one == other)
    power = 1 if weights == "linear" else 2
    return lambda one, other: 1.0 - (abs(one - other) / (size - 1)) ** power


def _kappa(shares: Mapping[tuple[int, int], float], number: int, weight: Weight) -> Kappa:
    first, second = _margins(shares)
    seen = sum(share * weight(*cell) for cell, share in shares.items())
    chance = sum(a * b * weight(i, j) for i, a in first.items() for j, b in second.items())
    if not number or chance >= 1.0 - 1e-12:
        return Kappa(0.0, -1.0, 1.0, number)
    value = (seen - chance) / (1.0 - chance)
    spread = Z * math.sqrt(_variance(shares, first, second, weight, seen=seen, chance=chance) / number)
    return Kappa(value, max(-1.0, value - spread), min(1.0, value + spread), number)


def _margins(shares: Mapping[tuple[int, int], float]) -> tuple[dict[int, float], dict[int, float]]:
    first: dict[int, float] = {}
    second: dict[int, float] = {}
    for (one, other), share in shares.items():
        first[one] = first.get(one, 0.0) + share
        second[other] = second.get(other, 0.0) + share
    return first, second


def _variance(
    shares: Mapping[tuple[int, int], float],
    first: Mapping[int, float],
    second: Mapping[int, float],
    weight: Weight,
    *,
    seen: float,
    chance: float,
) -> float:
    """Fleiss, Cohen & Everitt's equation 13, times the number of pieces."""
    rows = {one: sum(b * weight(one, other) for other, b in second.items()) for one in first}
    columns = {other: sum(a * weight(one, other) for one, a in first.items()) for other in second}
    spread = sum(
        share * (weight(one, other) * (1 - chance) - (rows[one] + columns[other]) * (1 - seen)) ** 2
        for (one, other), share in shares.items()
    )
    return max(0.0, spread - (seen * chance - 2 * chance + seen) ** 2) / (1 - chance) ** 4
