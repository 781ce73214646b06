"""Fingerprints of texts, and which passages two texts share. Pure.

A shingle is a run of words (A. Broder, On the resemblance and containment of documents, 1997). Of every window of
hashed shingles only the least is kept: winnowing (S. Schleimer, D. S. Wilkerson, A. Aiken, Winnowing: Local
Algorithms for Document Fingerprinting, SIGMOD 2003), which is sure to find a shared passage of SHINGLE + WINDOW - 1
words. What the exercise itself says is no fingerprint of anybody.
"""

import re
import zlib
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

SHINGLE = 5  # words
WINDOW = 4  # shingles
VERSION = f"1:{SHINGLE}:{WINDOW}"
WORD = re.compile(r"\w+")
BASE = np.uint64(1_000_003)

Hashes = NDArray[np.uint64]


def shingles(text: str) -> Hashes:
    """One hash per run of SHINGLE words, in their order; none where the text is shorter."""
    words = [zlib.crc32(word.casefold().encode()) for word in WORD.findall(text)]
    if len(words) < SHINGLE:
        return np.empty(0, np.uint64)
    codes = np.array(words, np.uint64)
    found = np.zeros(len(codes) - SHINGLE + 1, np.uint64)
    for offset in range(SHINGLE):
        found = found * BASE + codes[offset : offset + len(found)]
    return _mixed(found)


def _mixed(values: Hashes) -> Hashes:
    """The finalizer of splitmix64: the least of a window is then a fair draw."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed


def fingerprints(text: str, without: Hashes) -> Hashes:
    """Sorted, each once. `without`: shingles of what everybody was given."""
    found = shingles(text)
    found = found[~np.isin(found, without)]
    if len(found) > WINDOW:
        found = np.lib.stride_tricks.sliding_window_view(found, WINDOW).min(axis=1)
    return np.unique(found)


def given(texts: Iterable[str]) -> Hashes:
    """All shingles of these texts."""
    found = [shingles(text) for text in texts]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)


def shared(one: str, other: str, without: Hashes) -> list[tuple[int, int]]:
    """Passages of `one` that stand in `other` too, as (from, to) places of characters; they do not overlap."""
    mine = shingles(one)
    common = np.isin(mine, np.setdiff1d(shingles(other), without))
    words = [match.span() for match in WORD.finditer(one)]
    return list(_joined((words[n][0], words[n + SHINGLE - 1][1]) for n in np.flatnonzero(common)))


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin = end = -1
    for start, stop in spans:
        if start > end:
            if end >= 0:
                yield begin, end
            begin = start
        end = max(end, stop)
    if end >= 0:
        yield begin, end


def strings(value: object) -> Iterator[str]:
    """Every text in nested data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)
