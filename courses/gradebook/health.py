"""How a course is doing, in numbers that plots show. Pure.

Nothing here names a student: every number is of many.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from courses.gradebook.statistics import BINS, CriterionRate

MOST_ATTEMPTS = 5  # the last column holds this many and more


@dataclass(frozen=True, slots=True)
class Step:
    """Students at one exercise, in the order of the course."""

    begun: int
    handed_in: int
    passed: int
    stopped: int  # it is the furthest exercise that they handed in


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer of a model for the course."""

    exercise: int  # id
    wait: float  # seconds from asking to the beginning
    seconds: float  # of a slot
    tokens: int
    images: int


@dataclass(frozen=True, slots=True)
class Use:
    """What the models did for one exercise."""

    answers: int
    wait: float  # median, seconds
    long_wait: float  # 95th percentile, seconds
    seconds: float  # of slots, all together
    tokens: int
    images: int


@dataclass(frozen=True, slots=True)
class Failure:
    exercise: int  # id
    rate: CriterionRate

    @property
    def share(self) -> float:
        """Of those that were judged, how many did not fulfil it, 0..1."""
        return 1.0 - (self.rate.passed or 0.0)


def whole_bins(counts: Mapping[int, int]) -> list[int]:
    """Students by tenth of the mark; a full mark belongs to the last."""
    found = [counts.get(place, 0) for place in range(BINS)]
    found[-1] += sum(count for place, count in counts.items() if place >= BINS)
    return found


def by_attempts(counts: Mapping[int, int]) -> list[int]:
    """Students by how many attempts they handed in: 1, 2, 3, 4, 5 and more."""
    found = [counts.get(number, 0) for number in range(1, MOST_ATTEMPTS + 1)]
    found[-1] += sum(count for number, count in counts.items() if number > MOST_ATTEMPTS)
    return found


def stops(furthest: Iterable[int], exercises: int) -> list[int]:
    """`furthest`: the place (0…) of the furthest exercise of each student. The last one is no stop but the end."""
    counts = Counter(furthest)
    return [counts[place] if place < exercises - 1 else 0 for place in range(exercises)]


def use(asked: Iterable[Asked]) -> dict[int, Use]:
    """By exercise."""
    grouped: dict[int, list[Asked]] = {}
    for each in asked:
        grouped.setdefault(each.exercise, []).append(each)
    return {exercise: _use(each) for exercise, each in grouped.items()}


def _use(asked: Sequence[Asked]) -> Use:
    waits = sorted(each.wait for each in asked)
    return Use(
        answers=len(asked),
        wait=quantile(waits, 0.5),
        long_wait=quantile(waits, 0.95),
        seconds=sum(each.seconds for each in asked),
        tokens=sum(each.tokens for each in asked),
        images=sum(each.images for each in asked),
    )


def quantile(ordered: Sequence[float], part: float) -> float:
    """The nearest rank: the smallest value that at least this part (0..1) does not exceed; 0 of nothing."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, max(0, -int(-part * len(ordered) // 1) - 1))]


def worst(rates: Mapping[int, Sequence[CriterionRate]], most: int) -> list[Failure]:
    """The criteria that most often were not fulfilled; `rates` by exercise."""
    found = [Failure(exercise, rate) for exercise, each in rates.items() for rate in each if rate.judged]
    return sorted((each for each in found if each.share > 0), key=lambda each: -each.share)[:most]
