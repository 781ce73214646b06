"""Perceptual hashes: pictures that look alike have few bits that differ. Pure."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from courses.grading.pixels.decoding import natural

Bits = NDArray[np.bool_]  # 8, 8
SIDE, KEPT = 32, 8


def _cosines() -> NDArray[np.float64]:
    """The matrix of the discrete cosine transform (type II) of 32 values, its first 8 rows."""
    k, n = np.mgrid[0:KEPT, 0:SIDE]
    return np.asarray(np.cos(np.pi * k * (2 * n + 1) / (2 * SIDE)), dtype=np.float64)


COSINES = _cosines()


@lru_cache(maxsize=64)
def phash(png: bytes, *, mirrored: bool = False) -> Bits:
    """64 bits: the lowest frequencies of the picture at 32 × 32, each above or below their median (Zauner 2010)."""
    small = np.asarray(natural(png).convert("L").resize((SIDE, SIDE)), dtype=np.float64)
    low = COSINES @ (small[:, ::-1] if mirrored else small) @ COSINES.T
    return np.asarray(low > np.median(low), dtype=np.bool_)


def distance(one: bytes, other: bytes) -> int:
    """Bits of 64 that differ; up to 6 the same picture, from about 20 another one."""
    return int((phash(one) != phash(other)).sum())


def text_of(bits: Bits) -> str:
    """16 hexadecimal digits, row by row."""
    return f"{int(''.join('1' if bit else '0' for bit in bits.ravel()), 2):016x}"
