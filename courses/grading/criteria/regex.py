"""A pattern, in linear time whatever the pattern and the text (RE2). Pure."""

from typing import Self

import re2
from pydantic import Field, field_validator, model_validator

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

MATCH_LIMIT = 1_000


class Params(OfParts):
    pattern: str = Field(min_length=1, max_length=2_000)
    """RE2 syntax; flags as (?i), (?m), (?s)."""
    least: int = Field(1, ge=0, le=MATCH_LIMIT)
    """Matches that are needed."""
    most: int | None = Field(None, ge=0, le=MATCH_LIMIT)
    """Matches that are allowed."""
    whole: bool = False
    """The pattern must be the whole text, surrounding white space aside."""
    expected: Text | None = None
    """What is looked for, in words; the student reads it instead of the pattern."""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        _compiled(pattern)
        return pattern

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.most is not None and self.most < self.least:
            raise ValueError("`most` is below `least`")
        return self


def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20  # bytes
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else "not a pattern"
        raise ValueError(said.decode() if isinstance(said, bytes) else str(said)) from error


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    pattern = _compiled(params.pattern)
    return judge_parts(params, evidence, lambda part: _judge(params, part, pattern))


def _judge(params: Params, part: Part, pattern: re2._Regexp) -> Finding:
    quotes = _matches(params, part, pattern)
    count = len(quotes)
    passed = count >= params.least and (params.most is None or count <= params.most)
    data = {"matches": count, "least": params.least, "most": params.most}
    status = Status.PASS if passed else Status.FAIL
    return Finding(status, float(passed), _feedback(params, count, passed=passed), tuple(quotes[:20]), data)


def _matches(params: Params, part: Part, pattern: re2._Regexp) -> list[Quote]:
    # RE2 works on UTF-8, which has no halves of surrogate pairs; each becomes one sign, so that places stay.
    whole = part.text.encode("utf-8", "replace").decode()
    if params.whole:
        text = whole.strip()
        start = whole.find(text)
        return [Quote(text[:500], part.where, start, start + len(text))] if pattern.fullmatch(text) else []
    found: list[Quote] = []
    for match in pattern.finditer(whole):
        found.append(Quote(match.group()[:500], part.where, match.start(), match.end()))
        if len(found) >= MATCH_LIMIT:
            break
    return found


def _feedback(params: Params, count: int, *, passed: bool) -> Text:
    what_en = params.expected.get("en", "") if params.expected else ""
    what_fr = params.expected.get("fr", "") or what_en if params.expected else ""
    what_en = what_en or what_fr or "the expected form"
    what_fr = what_fr or "la forme attendue"
    if passed:
        return {"en": f"As expected: {what_en}.", "fr": f"Comme attendu : {what_fr}."}
    if params.most is not None and count > params.most:
        return {
            "en": f"Found {count} times, at most {params.most} expected: {what_en}.",
            "fr": f"Trouvé {count} fois, {params.most} au plus attendu : {what_fr}.",
        }
    return {
        "en": f"Found {count} times, at least {params.least} expected: {what_en}.",
        "fr": f"Trouvé {count} fois, au moins {params.least} attendu : {what_fr}.",
    }


CRITERION = Criterion(label=both("Pattern", "Motif"), params=Params, assess=assess)
