"""Does a text give a secret away, openly or in disguise? Pure.

Looked for: the words themselves whatever their case, accents and spacing; spelled letter by letter; backwards; in
Base64 or hexadecimal, also in the middle of other text.
"""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.folding import Folded, fold
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

Secret = Annotated[str, Field(min_length=3, max_length=200)]
CODED = re.compile(r"[A-Za-z0-9+/_-]{4,}={0,2}")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:,-]?){3,}")
OTHERS = re.compile(r"[^a-z0-9]+")
BACKWARDS_FROM = 4  # letters; a shorter word backwards is chance

HOW: dict[str, Text] = {
    "plain": both("in plain words", "en toutes lettres"),
    "spelled": both("spelled out or spaced", "épelé ou espacé"),
    "backwards": both("backwards", "à l'envers"),
    "base64": both("in Base64", "en Base64"),
    "hexadecimal": both("in hexadecimal", "en hexadécimal"),
}


class Params(OfParts):
    secrets: list[Secret] = Field(min_length=1, max_length=50)
    """Words that must not be given away."""
    words: bool = True
    """Only whole words: "art" is not found in "party"."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_parts(params, evidence, lambda part: _judge(params, part))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text prepared once, whatever the number of secrets."""

    text: str
    letters: str  # and digits of it, folded
    coded: tuple[tuple[str, int, int, str], ...]  # how, start, end, the letters behind the code


def _read(text: str, wanted: Sequence[str]) -> _Reading:
    """`wanted`: the letters of the secrets; what is written in code is only taken apart where one may be in it."""
    runs = list(CODED.finditer(text))
    coded: list[tuple[str, int, int, str]] = []
    if any(secret in letters for letters in _at_once(runs) for secret in wanted):
        coded = [("base64", *match.span(), plain) for match in runs for plain in _decoded(match.group())]
    coded += [("hexadecimal", *match.span(), _from_hex(match.group())) for match in HEX.finditer(text)]
    found = tuple((how, start, end, _plain_letters(plain)) for how, start, end, plain in coded)
    return _Reading(text, _plain_letters(text), found)


def _at_once(runs: Sequence[re.Match[str]]) -> Iterator[str]:
    """The letters behind all runs of Base64, decoded together: whatever one of them hides is in here. The zeros in
    between keep the bytes of one from changing those of the next."""
    pieces = [match.group().rstrip("=").replace("-", "+").replace("_", "/") for match in runs]
    for offset in range(4):
        whole = "".join([piece[offset:] + "A" * (4 + (offset - len(piece)) % 4) for piece in pieces])
        yield _plain_letters(binascii.a2b_base64(whole).decode("utf-8", "ignore"))


def _judge(params: Params, part: Part) -> Finding:
    reading = _read(part.text, [_plain_letters(secret) for secret in params.secrets])
    for number, secret in enumerate(params.secrets):
        leak = next(_leaks(reading, secret, words=params.words), None)
        if leak is not None:
            how, start, end = leak
            quote = Quote(part.text[start:end], part.where, start, end)
            text = {
                "en": f"The secret is given away {HOW[how]['en']}.",
                "fr": f"Le secret est révélé {HOW[how]['fr']}.",
            }
            return Finding(Status.FAIL, 0.0, text, (quote,), {"how": how, "secret": number})
    return Finding(Status.PASS, 1.0, both("Nothing was given away.", "Rien n'a été révélé."), data={"how": None})


def _leaks(reading: _Reading, secret: str, *, words: bool) -> Iterator[tuple[str, int, int]]:
    """(how, start, end) in the text."""
    wanted = _plain_letters(secret)
    if not wanted:
        return
    if wanted in reading.letters or wanted[::-1] in reading.letters:
        yield from _uncoded(reading.text, secret, wanted, words=words)
    for how, start, end, behind in reading.coded:
        if wanted in behind:
            yield how, start, end


def _uncoded(text: str, secret: str, wanted: str, *, words: bool) -> Iterator[tuple[str, int, int]]:
    letters = _letters(fold(text))
    for start, end in _spans(text, letters, wanted, words=words):
        yield ("plain" if _is_plain(text[start:end], secret) else "spelled"), start, end
    if len(wanted) >= BACKWARDS_FROM and wanted != wanted[::-1]:
        for start, end in _spans(text, letters, wanted[::-1], words=words):
            yield "backwards", start, end


def _from_hex(digits: str) -> str:
    return bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", digits)).decode("utf-8", "ignore")


def _letters(folded: Folded) -> Folded:
    """Letters and digits only, places kept."""
    kept = [place for place, letter in enumerate(folded.text) if letter.isalnum()]
    text, origin = folded.text, folded.origin
    return Folded("".join([text[place] for place in kept]), [origin[place] for place in kept])


def _plain_letters(text: str) -> str:
    """As `_letters` of the folded text, without the places."""
    return OTHERS.sub("", text.lower()) if text.isascii() else _letters(fold(text)).text


def _spans(text: str, letters: Folded, wanted: str, *, words: bool) -> Iterator[tuple[int, int]]:
    at = letters.text.find(wanted)
    while at >= 0:
        start, end = letters.span(at, at + len(wanted))
        if not words or _stands_alone(text, start, end):
            yield start, end
        at = letters.text.find(wanted, at + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (start > 0 and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _is_plain(found: str, secret: str) -> bool:
    return " ".join(fold(found).text.split()) == " ".join(fold(secret).text.split())


def _decoded(piece: str) -> Iterator[str]:
    """What a run of Base64 letters may say, beginning at any of the first four."""
    plain = piece.rstrip("=").replace("-", "+").replace("_", "/").encode()
    for offset in range(4):
        part = plain[offset:]
        part = part[: len(part) - 1] if len(part) % 4 == 1 else part
        try:
            yield binascii.a2b_base64(part + b"=" * (-len(part) % 4)).decode("utf-8", "ignore")
        except binascii.Error:
            continue


CRITERION = Criterion(label=both("Keeps a secret", "Garde un secret"), params=Params, assess=assess)
