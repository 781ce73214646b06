"""What a regrade does to one mark. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

SAME_MARK = 1e-9
BINS = 10


class Effect(StrEnum):
    UP = "up"
    DOWN = "down"
    SCORED = "scored"  # there was no mark, now there is
    EVIDENCE = "evidence"  # the same mark for other reasons
    SAME = "same"
    KEPT = "kept"  # it would be lower, and nobody loses by this regrade
    UNSCORED = "unscored"  # it cannot be judged now: the mark that there is stays
    WITHHELD = "withheld"  # the models answered known questions wrongly: the mark that there is stays
    DECIDED = "decided"  # a person decided: no machine touches it


WRITES = (Effect.UP, Effect.DOWN, Effect.SCORED, Effect.EVIDENCE)  # a new entry of the ledger
MOVES = (Effect.UP, Effect.DOWN, Effect.SCORED)  # the student has another mark


def effect(before: float | None, after: float | None, *, same_findings: bool, never_lower: bool) -> Effect:
    """`before`, `after`: the values that count, 0..1; None: withheld."""
    if after is None:
        return Effect.SAME if before is None else Effect.UNSCORED
    if before is None:
        return Effect.SCORED
    if abs(after - before) <= SAME_MARK:
        return Effect.SAME if same_findings else Effect.EVIDENCE
    if after > before:
        return Effect.UP
    return Effect.KEPT if never_lower else Effect.DOWN


def distribution(values: Iterable[float | None]) -> list[int]:
    """How many marks lie in each tenth, from the lowest; withheld ones are in none. A full mark is in the last."""
    found = Counter(min(BINS - 1, int(value * BINS + SAME_MARK)) for value in values if value is not None)
    return [found[place] for place in range(BINS)]


def mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
