"""What the marks of one student come to: weights of modules, and the lowest marks that do not count. Pure.

Which marks are dropped is chosen to the student's best. Where marks are worth different points that is not always the
lowest ones (D. Kane, J. Kane, The Optimal Way to Drop Grades): the share of the points is a quotient of sums, and its
maximum is found by the iteration of W. Dinkelbach, On Nonlinear Fractional Programming, Management Science 13 (1967).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

ROUNDS = 50  # the iteration converges faster than linearly: three to five are usual


class Item(NamedTuple):
    """One mark that may count: an exercise, or a column marked by hand."""

    key: str
    got: float  # points; what is missing or not shown counts 0
    most: float  # points


@dataclass(frozen=True, slots=True)
class Part:
    """A module with its marks."""

    name: str
    items: Sequence[Item]
    weight: float | None = None
    drop: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    points: float
    of: float  # of what counts
    dropped: frozenset[str] = frozenset()  # keys of items

    @property
    def value(self) -> float | None:
        """0..1; None where nothing has points."""
        return self.points / self.of if self.of else None


def total(parts: Iterable[Part]) -> Total:
    """In points; where any part has a weight, in weights: then parts without one, or without points, count nothing."""
    kept = [(part, *best(part.items, part.drop)) for part in parts]
    dropped = frozenset(key for _part, _items, keys in kept for key in keys)
    sums = [(part.weight, sum(each.got for each in items), sum(each.most for each in items)) for part, items, _ in kept]
    if all(weight is None for weight, _got, _most in sums):
        return Total(sum(got for _, got, _most in sums), sum(most for _, _got, most in sums), dropped)
    weighed = [(weight or 0.0, got / most) for weight, got, most in sums if most]
    return Total(sum(weight * share for weight, share in weighed), sum(weight for weight, _ in weighed), dropped)


def best(items: Sequence[Item], drop: int) -> tuple[list[Item], frozenset[str]]:
    """What counts, in the order given, and the keys of what does not. Items without points are never dropped."""
    able = [each for each in items if each.most > 0]
    keep = len(able) - min(drop, len(able) - 1)
    if not able or keep == len(able):
        return list(items), frozenset()
    chosen = {each.key for each in _highest(able, keep)}
    dropped = frozenset(each.key for each in able if each.key not in chosen)
    return [each for each in items if each.key not in dropped], dropped


def _highest(items: Sequence[Item], keep: int) -> list[Item]:
    share, chosen = -1.0, list[Item]()
    for _round in range(ROUNDS):
        found = _above(items, max(share, 0.0))[:keep]
        now = sum(each.got for each in found) / sum(each.most for each in found)
        if now <= share + 1e-12:
            break
        share, chosen = now, found
    return chosen


def _above(items: Sequence[Item], share: float) -> list[Item]:
    """Those first that are furthest above a share of their points."""
    return sorted(items, key=lambda each: (share * each.most - each.got, each.key))


def weights(parts: Sequence[Part]) -> dict[str, float]:
    """The share of every item in the total before anything is dropped, 0..1."""
    weighted = any(part.weight is not None for part in parts)
    sums = {part.name: sum(each.most for each in part.items) for part in parts}
    worth = {part.name: (part.weight or 0.0) if weighted else sums[part.name] for part in parts if sums[part.name]}
    whole = sum(worth.values())
    return {
        each.key: worth[part.name] / whole * each.most / sums[part.name] if whole and sums[part.name] else 0.0
        for part in parts
        for each in part.items
    }
