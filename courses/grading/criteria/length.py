"""How long a text is. Pure."""

import re
from collections.abc import Callable
from typing import Literal, Self

from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

Unit = Literal["chars", "words", "sentences", "lines", "bullets", "paragraphs"]

# A word has a letter or digit; an apostrophe or dash inside does not split it. Each Han, Hiragana or Katakana
# character counts as a word, because those scripts put no spaces between words.
WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+(?:['’.,-][^\W_\u3040-\u30ff\u3400-\u9fff]+)*"
)
ABBREVIATION = re.compile(r"\b(?:[A-Za-z]|e\.g|i\.e|etc|cf|vs|Mr|Mrs|Ms|Dr|Prof|No|M|Mme|St|p|art)\.$", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?…]+[\"'»”)\]]*(?=\s|$)|[。！？]")
BULLET = re.compile(r"^[ \t]*(?:[-*+•–‣◦]|\d{1,3}[.)])[ \t]+\S", re.MULTILINE)


def _chars(text: str) -> int:
    return len(text.strip())


def _words(text: str) -> int:
    return sum(1 for _match in WORD.finditer(text))


def _sentences(text: str) -> int:
    """Ends of sentences, abbreviations aside; a last piece without a sign counts too, and so does every list item."""
    return sum(_sentences_of_line(line) for line in text.splitlines())


def _sentences_of_line(line: str) -> int:
    count, after = 0, 0
    for match in SENTENCE_END.finditer(line):
        if not _is_abbreviation(line[after : match.end()], match.group()) and WORD.search(line[after : match.end()]):
            count, after = count + 1, match.end()
    return count + bool(WORD.search(re.sub(r"^\s*\d{1,3}[.)]\s", "", line[after:])))


def _is_abbreviation(piece: str, end: str) -> bool:
    return end == "." and bool(ABBREVIATION.search(piece) or re.fullmatch(r"\s*\d{1,3}\.", piece))


def _lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())


def _bullets(text: str) -> int:
    return sum(1 for _match in BULLET.finditer(text))


def _paragraphs(text: str) -> int:
    return sum(1 for piece in re.split(r"\n[ \t]*\n", text) if piece.strip())


COUNT: dict[Unit, Callable[[str], int]] = {
    "chars": _chars, "words": _words, "sentences": _sentences, "lines": _lines, "bullets": _bullets,
    "paragraphs": _paragraphs,
}  # fmt: skip
# singular and plural in English, then in French
NAMES: dict[Unit, tuple[str, str, str, str]] = {
    "chars": ("character", "characters", "caractère", "caractères"),
    "words": ("word", "words", "mot", "mots"),
    "sentences": ("sentence", "sentences", "phrase", "phrases"),
    "lines": ("line", "lines", "ligne", "lignes"),
    "bullets": ("bullet point", "bullet points", "puce", "puces"),
    "paragraphs": ("paragraph", "paragraphs", "paragraphe", "paragraphes"),
}


class Params(OfParts):
    unit: Unit = "words"
    least: int | None = Field(None, ge=0)
    most: int | None = Field(None, ge=0)
    margin: int = Field(0, ge=0)
    """So far outside the bounds the score falls from 1 to 0 in a straight line."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("`least`, `most` or both are needed")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("`least` is above `most`")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_parts(params, evidence, lambda part: _judge(params, part))


def _judge(params: Params, part: Part) -> Finding:
    count = COUNT[params.unit](part.text)
    below = max(0, (params.least or 0) - count)
    above = max(0, count - params.most) if params.most is not None else 0
    score = max(0.0, 1.0 - max(below, above) / (params.margin + 1))
    status = Status.PASS if score == 1.0 else Status.PARTIAL if score > 0 else Status.FAIL
    data = {"count": count, "unit": params.unit, "least": params.least, "most": params.most}
    return Finding(status, score, _feedback(params, count), data=data)


def _feedback(params: Params, count: int) -> Text:
    one_en, many_en, one_fr, many_fr = NAMES[params.unit]
    en = f"{count} {one_en if count == 1 else many_en}"
    fr = f"{count} {one_fr if count < 2 else many_fr}"  # French counts 0 and 1 as singular
    least, most = params.least, params.most
    if least == most:
        return {"en": f"{en}; exactly {least} expected.", "fr": f"{fr} ; il en faut exactement {least}."}
    if most is None:
        return {"en": f"{en}; at least {least} expected.", "fr": f"{fr} ; il en faut au moins {least}."}
    if least is None:
        return {"en": f"{en}; at most {most} allowed.", "fr": f"{fr} ; il en faut au plus {most}."}
    return {"en": f"{en}; {least} to {most} expected.", "fr": f"{fr} ; il en faut de {least} à {most}."}


CRITERION = Criterion(label=both("Length", "Longueur"), params=Params, assess=assess)
