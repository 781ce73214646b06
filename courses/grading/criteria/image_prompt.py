"""What stands in a prompt for pictures: wanted and unwanted words, and how many. Pure.

Weights such as `(red:1.2)` and emphasis such as `((red))` are the syntax of image tools, not words.
"""

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.folding import fold, occurrences
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

Term = Annotated[str, Field(min_length=1, max_length=100)]
Forms = Term | Annotated[list[Term], Field(min_length=1, max_length=20)]
WEIGHT = re.compile(r":\s*\d*\.?\d+(?=\s*[)\]])")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Params(OfParts):
    of: str = "prompt"
    """The prompts that are looked at: `prompt` or `negative`."""
    required: list[Forms] = Field([], max_length=40)
    """Each is a word or phrase, or a list of forms of which one suffices."""
    forbidden: list[Forms] = Field([], max_length=40)
    """Words that must not stand there: one of them, and the score is 0."""
    least: int | None = Field(None, ge=0, le=500)
    """Fewest words."""
    most: int | None = Field(None, ge=1, le=500)
    """Most words."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.required and not self.forbidden and self.least is None and self.most is None:
            raise ValueError("`required`, `forbidden`, `least` or `most` is needed")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_parts(params, evidence, lambda part: _judge(params, part))


def _judge(params: Params, part: Part) -> Finding:
    words = len(WORD.findall(WEIGHT.sub("", part.text)))
    found, missing, quotes = _look(part, params.required)
    unwanted, _absent, bad = _look(part, params.forbidden)
    long_enough = (params.least or 0) <= words and (params.most is None or words <= params.most)
    score = (len(found) / len(params.required) if params.required else 1.0) * (1.0 if long_enough else 0.5)
    score = 0.0 if unwanted else score
    status = Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL
    data = {"words": words, "found": found, "missing": missing, "unwanted": unwanted}
    text = _feedback(params, words, missing, unwanted, long_enough=long_enough)
    return Finding(status, score, text, tuple((bad or quotes)[:20]), data)


def _look(part: Part, terms: list[Forms]) -> tuple[list[str], list[str], list[Quote]]:
    text = fold(part.text)
    found: list[str] = []
    missing: list[str] = []
    quotes: list[Quote] = []
    for term in terms:
        forms = [term] if isinstance(term, str) else term
        spans = sorted(span for form in forms for span in occurrences(text, fold(form).text, words=True))
        (found if spans else missing).append(forms[0])
        quotes += [Quote(part.text[start:end], part.where, start, end) for start, end in spans[:2]]
    return found, missing, quotes


def _feedback(params: Params, words: int, missing: list[str], unwanted: list[str], *, long_enough: bool) -> Text:
    en: list[str] = []
    fr: list[str] = []
    if unwanted:
        en.append(f"Not allowed: {', '.join(f'“{term}”' for term in unwanted)}.")
        fr.append(f"Interdit : {', '.join(f'« {term} »' for term in unwanted)}.")
    if missing:
        en.append(f"Missing: {', '.join(f'“{term}”' for term in missing)}.")
        fr.append(f"Il manque : {', '.join(f'« {term} »' for term in missing)}.")
    if not long_enough:
        bounds = f"{params.least or 0}–{params.most if params.most is not None else '∞'}"
        en.append(f"{words} words; {bounds} expected.")
        fr.append(f"{words} mots ; {bounds} attendus.")
    if not en:
        return both("The prompt has what it needs.", "Le prompt contient ce qu'il faut.")
    return {"en": " ".join(en), "fr": " ".join(fr)}


CRITERION = Criterion(label=both("Prompt for a picture", "Prompt d'image"), params=Params, assess=assess)
