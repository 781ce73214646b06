"""Required or unwanted words. Pure."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.folding import fold, occurrences
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

Term = Annotated[str, Field(min_length=1, max_length=200)]


class Params(OfParts):
    terms: list[Term | Annotated[list[Term], Field(min_length=1)]] = Field(min_length=1, max_length=100)
    """Each is a word or phrase, or a list of forms of which one suffices."""
    require: Literal["all", "any", "none", "n_of"] = "all"
    n: int | None = Field(None, ge=1)
    """How many terms `n_of` needs for full marks; fewer give a share."""
    case: bool = False
    """Do capital letters matter?"""
    accents: bool = False
    """Is é another letter than e?"""
    words: bool = True
    """Only whole words: "cat" is not in "category"."""

    @model_validator(mode="after")
    def _n_fits(self) -> Self:
        if (self.require == "n_of") != (self.n is not None):
            raise ValueError("`n` belongs to `require: n_of`, and only there")
        if self.n is not None and self.n > len(self.terms):
            raise ValueError(f"`n` is {self.n}, but there are {len(self.terms)} terms")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_parts(params, evidence, lambda part: _judge(params, part))


def _judge(params: Params, part: Part) -> Finding:
    text = fold(part.text, case=not params.case, accents=not params.accents)
    found: list[str] = []
    missing: list[str] = []
    quotes: list[Quote] = []
    for term in params.terms:
        forms = [term] if isinstance(term, str) else term
        needles = [fold(form, case=not params.case, accents=not params.accents).text for form in forms]
        spans = [span for needle in needles for span in occurrences(text, needle, words=params.words)]
        (found if spans else missing).append(forms[0])
        quotes += [Quote(part.text[start:end], part.where, start, end) for start, end in sorted(spans)[:3]]
    data = {"found": found, "missing": missing, "require": params.require}
    score = _score(params, len(found), len(missing))
    return Finding(_status(score), score, _feedback(params, found, missing, score), tuple(quotes[:20]), data)


def _score(params: Params, found: int, missing: int) -> float:
    match params.require:
        case "all":
            return found / (found + missing)
        case "any":
            return float(found > 0)
        case "none":
            return float(found == 0)
    return min(1.0, found / (params.n or 1))


def _status(score: float) -> Status:
    return Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL


def _feedback(params: Params, found: Sequence[str], missing: Sequence[str], score: float) -> Text:
    if params.require == "none":
        if score >= 1:
            return both("None of the unwanted words is there.", "Aucun des mots à éviter n'apparaît.")
        return _naming("Unwanted", "À éviter", found)
    if score >= 1:
        return _naming("Found", "Trouvé", found)
    if params.require == "n_of":
        facts = {"count": len(found), "n": params.n}
        return both("{count} of the {n} terms that are needed.", "{count} des {n} termes demandés.", **facts)
    if params.require == "any":
        # The list of what would do is the solution; it is not told.
        return both("None of the expected words is there.", "Aucun des mots attendus n'apparaît.")
    return _naming("Missing", "Il manque", missing)


def _naming(en: str, fr: str, terms: Sequence[str]) -> Text:
    shown = terms[:10]
    return {
        "en": f"{en}: {', '.join(f'“{term}”' for term in shown)}.",
        "fr": f"{fr} : {', '.join(f'« {term} »' for term in shown)}.",
    }


CRITERION = Criterion(label=both("Contains", "Contient"), params=Params, assess=assess)
