"""Which works are alike, of those of one exercise. Pure.

Two works are alike by their texts where they share enough of the fingerprints of the shorter one (containment), and by
their pictures where two perceptual hashes differ in few of 64 bits. What many students wrote says nothing of any two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from courses.similarity.prints import Hashes

COMMON = 20  # students: a fingerprint that more have comes from the exercise or the language
LEAST = 0.4  # of the fingerprints of the shorter text
FEWEST = 4  # shared fingerprints: about fifteen words
BITS = 6  # of 64, in which the hashes of two pictures may differ
CHUNK = 512  # works whose pictures are compared with all at once
MOST = 5000  # pairs


@dataclass(frozen=True, slots=True)
class Work:
    key: str  # of the attempt
    student: int
    groups: frozenset[int]
    prints: Hashes
    pictures: Sequence[int] = ()  # perceptual hashes


@dataclass(frozen=True, slots=True)
class Likeness:
    first: str  # key; the smaller one
    second: str
    shared: int = 0  # fingerprints
    share: float = 0.0  # of those of the shorter text, 0..1
    bits: int | None = None  # in which the most alike pictures differ; None: none are


def alike(works: Sequence[Work]) -> list[Likeness]:
    """The most alike first; of two students the most alike works only. Never one student's own works, nor those of
    members of one group."""
    texts, pictures = _texts(works), _pictures(works)
    best: dict[tuple[int, int], Likeness] = {}
    for first, second in texts.keys() | pictures.keys():
        one, other = works[first], works[second]
        if one.student == other.student or one.groups & other.groups:
            continue
        found = _likeness(one, other, texts.get((first, second), 0), pictures.get((first, second)))
        people = (min(one.student, other.student), max(one.student, other.student))
        if found and (people not in best or _rank(found) > _rank(best[people])):
            best[people] = found
    return sorted(best.values(), key=_rank, reverse=True)[:MOST]


def _rank(found: Likeness) -> tuple[float, int, str, str]:
    likeness = max(found.share, 0.0 if found.bits is None else 1 - found.bits / 64)
    return likeness, found.shared, found.first, found.second


def _likeness(one: Work, other: Work, shared: int, bits: int | None) -> Likeness | None:
    share = shared / max(1, min(len(one.prints), len(other.prints)))
    enough = shared >= FEWEST and share >= LEAST
    if not enough and bits is None:
        return None
    first, second = sorted((one.key, other.key))
    return Likeness(first, second, shared, share, bits)


def _texts(works: Sequence[Work]) -> dict[tuple[int, int], int]:
    """Places of two works → how many fingerprints they share."""
    sizes = np.array([len(each.prints) for each in works], np.int64)
    if not sizes.sum():
        return {}
    values, owners = np.concatenate([each.prints for each in works]), np.repeat(np.arange(len(works)), sizes)
    students = np.array([each.student for each in works], np.int64)
    order = np.lexsort((owners, values))
    values, owners = values[order], owners[order]
    kept = _rare(values, students[owners])
    values, owners = values[kept], owners[kept]
    keys = [np.empty(0, np.int64)]
    for step in range(1, len(values)):
        same = np.flatnonzero(values[step:] == values[:-step])
        if not len(same):
            break
        keys.append(owners[same] * len(works) + owners[same + step])
    found, counts = np.unique(np.concatenate(keys), return_counts=True)
    found, counts = found[counts >= FEWEST], counts[counts >= FEWEST]
    return {divmod(int(key), len(works)): int(n) for key, n in zip(found, counts, strict=True)}


def _rare(values: Hashes, students: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which entries are of fingerprints that few students have. `values` is sorted."""
    _unique, place = np.unique(values, return_inverse=True)
    people = np.unique(np.stack([place, students]), axis=1)
    number = np.bincount(people[0])
    rare: NDArray[np.bool_] = (number[place] > 1) & (number[place] <= COMMON)
    return rare


def _pictures(works: Sequence[Work]) -> dict[tuple[int, int], int]:
    """Places of two works → bits in which their most alike pictures differ."""
    hashes = np.array([each for work in works for each in work.pictures], np.uint64)
    owners = np.repeat(np.arange(len(works)), [len(work.pictures) for work in works])
    found: dict[tuple[int, int], int] = {}
    for start in range(0, len(hashes), CHUNK):
        differ = np.bitwise_count(hashes[start : start + CHUNK, None] ^ hashes[None, start:])
        for row, column in zip(*np.nonzero(differ <= BITS), strict=True):
            one, other = int(owners[start + row]), int(owners[start + column])
            if one < other:
                bits = int(differ[row, column])
                found[one, other] = min(bits, found.get((one, other), bits))
    return found
