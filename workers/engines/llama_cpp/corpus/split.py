"""What is held out: each phrasing and each value belongs to one split for ever, by a hash of its text."""

import hashlib
import random
from collections.abc import Sequence
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class Split(Enum):
    """No choice about the model is made on TEST."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def split_of(text: str) -> Split:
    """The split of a text: 80 % train, 8 % validation, 12 % test."""
    bucket = hashlib.blake2b(text.encode(), digest_size=4).digest()[0] % 25
    if bucket < 3:
        return Split.TEST
    return Split.VALIDATION if bucket < 5 else Split.TRAIN


class Pool(Generic[T]):
    """Items of which each split sees its own. A split that would get none of them uses those of TRAIN.

    With ``shared`` every split sees every item: for vocabularies that are not what is tested.
    """

    def __init__(self, items: Sequence[T], *, shared: bool = False) -> None:
        self.items = tuple(items)
        parts = {split: [each for each in self.items if shared or split_of(str(each)) is split] for split in Split}
        train = parts[Split.TRAIN] or list(self.items)
        self.parts = {split: part or train for split, part in parts.items()}

    def holds_out(self, split: Split) -> bool:
        """Whether this split has items that no other one has."""
        return any(split_of(str(each)) is split for each in self.items)


class Draw:
    """Random choices for one split."""

    def __init__(self, split: Split, seed: int) -> None:
        self.split = split
        self.rng = random.Random(seed)  # noqa: S311 (nothing secret is drawn)

    def pick(self, pool: Pool[T]) -> T:
        """One item of the pool's part for this split."""
        return self.rng.choice(pool.parts[self.split])

    def pick_some(self, pool: Pool[T], count: int) -> list[T]:
        """Several different items, fewer when the part is smaller."""
        part = pool.parts[self.split]
        return self.rng.sample(part, min(count, len(part)))

    def any_of(self, items: Sequence[T]) -> T:
        """One of these items, whatever the split."""
        return self.rng.choice(items)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number between both ends, both possible."""
        return self.rng.randint(low, high)
