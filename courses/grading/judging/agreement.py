"""How well a judge agrees with people about the same work, and whether it may count. Pure.

Scores are compared by level: of two questions a text fulfils none, one or both. Where there are more levels than two,
neighbours half agree (quadratic weights). κ and its interval as in `courses.grading.agreement`; κ falls when one
answer is rare, so it is read beside the prevalence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from courses.grading.agreement import Kappa, cohen_kappa, confusion
from courses.grading.intervals import wilson

LEAST = 50  # pieces of work that a person marked, before a judge may count
LEAST_EACH = 10  # in either half of the scale: else there is nothing to tell apart
KAPPA = 0.6  # "substantial", after Landis & Koch (1977)


@dataclass(frozen=True, slots=True)
class Agreement:
    number: int
    levels: int  # above none
    table: Mapping[tuple[int, int], int]  # (judge, person) → pieces of work
    share: float  # of equal levels
    interval: tuple[float, float]  # of the share, 95 %
    kappa: Kappa
    bias: float  # mean of the judge less mean of the person, −1..1
    prevalence: float  # share of work that the person puts into the upper half

    @property
    def reasons(self) -> list[str]:
        """Why the judge may not count; empty: it may."""
        upper = round(self.prevalence * self.number)
        found = {
            "too_few": self.number < LEAST,
            "one_sided": min(upper, self.number - upper) < LEAST_EACH,
            "kappa": self.kappa.value < KAPPA,
        }
        return [reason for reason, holds in found.items() if holds]


def agreement(pairs: Sequence[tuple[float, float]], *, levels: int = 1) -> Agreement:
    """`pairs`: scores 0..1 (judge, person) of each piece of work; `levels`: how many steps the scale has."""
    placed = [(level(judge, levels), level(person, levels)) for judge, person in pairs]
    number = len(placed)
    same = sum(judge == person for judge, person in placed)
    return Agreement(
        number=number,
        levels=levels,
        table=cast("Mapping[tuple[int, int], int]", confusion(placed)),
        share=same / number if number else 0.0,
        interval=wilson(same, number),
        kappa=cohen_kappa(placed, "quadratic" if levels > 1 else "none", categories=range(levels + 1)),
        bias=sum(judge - person for judge, person in pairs) / number if number else 0.0,
        prevalence=sum(2 * person > levels for _, person in placed) / number if number else 0.0,
    )


def level(score: float, levels: int) -> int:
    """The nearest step."""
    return int(min(1.0, max(0.0, score)) * levels + 0.5)
