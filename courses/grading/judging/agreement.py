"""How well a judge agrees with people, question by question. Pure.

κ as Cohen (1960), its interval from the large-sample standard error of Fleiss, Cohen & Everitt (1969) in the simple
form √(p(1−p) / (n(1−pₑ)²)). κ falls when one answer is rare: read it beside the prevalence.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from courses.grading.intervals import Z, wilson

LEAST = 50  # pieces of work that a person marked, before a judge may count
LEAST_EACH = 10  # of either answer: else there is nothing to tell apart
KAPPA = 0.6  # "substantial", after Landis & Koch (1977)


@dataclass(frozen=True, slots=True)
class Agreement:
    number: int
    both_yes: int
    both_no: int
    only_judge: int  # the judge says yes, the person no
    only_person: int
    share: float  # of equal answers
    interval: tuple[float, float]  # of the share, 95 %
    kappa: float
    kappa_interval: tuple[float, float]
    prevalence: float  # share of the person's yes

    @property
    def reasons(self) -> list[str]:
        """Why the judge may not count; empty: it may."""
        yes = self.both_yes + self.only_person
        found = {
            "too_few": self.number < LEAST,
            "one_sided": min(yes, self.number - yes) < LEAST_EACH,
            "kappa": self.kappa < KAPPA,
        }
        return [reason for reason, holds in found.items() if holds]


def agreement(pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    """`pairs`: (judge, person) for each piece of work."""
    yes = sum(judge and person for judge, person in pairs)
    no = sum(not judge and not person for judge, person in pairs)
    judge_only = sum(judge and not person for judge, person in pairs)
    number = len(pairs)
    person_only = number - yes - no - judge_only
    share = (yes + no) / number if number else 0.0
    kappa, error = _kappa(share, yes + judge_only, yes + person_only, number)
    return Agreement(
        number, yes, no, judge_only, person_only, share, wilson(yes + no, number), kappa,
        (max(-1.0, kappa - Z * error), min(1.0, kappa + Z * error)), (yes + person_only) / number if number else 0.0,
    )  # fmt: skip


def _kappa(share: float, judge_yes: int, person_yes: int, number: int) -> tuple[float, float]:
    """And its standard error. Where chance alone agrees always, κ says nothing: 0."""
    if not number:
        return 0.0, 1.0
    a, b = judge_yes / number, person_yes / number
    chance = a * b + (1 - a) * (1 - b)
    if chance >= 1.0:
        return 0.0, 1.0
    return (share - chance) / (1 - chance), math.sqrt(share * (1 - share) / number) / (1 - chance)
