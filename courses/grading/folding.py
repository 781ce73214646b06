"""Compare texts as people do: case, accents and typographic signs folded, places in the original kept. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

SIGNS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-",
                       "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """`text[i]` came from the character `origin[i]` of the original."""

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original behind a non-empty range of the folded text."""
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str, *, case: bool = True, accents: bool = True) -> Folded:
    """`case`, `accents`: whether differences of case and accents are folded away."""
    if text.isascii():  # nothing to take apart: every letter stays one
        return Folded(text.lower() if case else text, range(len(text)))
    pieces: list[str] = []
    origin: list[int] = []
    for index, letter in enumerate(text):
        plain = _fold_letter(letter, case=case, accents=accents)
        pieces.append(plain)
        origin.extend([index] * len(plain))
    folded = "".join(pieces)
    return Folded(folded, tuple(origin))


@lru_cache(maxsize=4096)  # texts are written with few letters
def _fold_letter(letter: str, *, case: bool, accents: bool) -> str:
    plain = unicodedata.normalize("NFKC" if not accents else "NFKD", letter.translate(SIGNS))
    if accents:
        plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return plain.casefold() if case else plain


def occurrences(haystack: Folded, needle: str, *, words: bool) -> Iterator[tuple[int, int]]:
    """Ranges of the original where `needle` (folded already) stands; `words`: only as whole words."""
    if not needle:
        return
    at = haystack.text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if not words or _is_whole(haystack.text, at, end):
            yield haystack.span(at, end)
        at = haystack.text.find(needle, at + 1)


def _is_whole(text: str, start: int, end: int) -> bool:
    """No letter or digit continues the word on either side, where the needle itself ends in a letter or digit."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not (before or after)
