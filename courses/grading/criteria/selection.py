"""Choosing the next token: the best one, those that top-k and top-p leave, numbers of the distribution. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import NOTHING, OfParts, judge_parts
from courses.texts import Text, both

NUMBER = re.compile(r"\s*([+-]?\d{1,9}(?:[.,]\d{0,12})?(?:[eE][+-]?\d{1,3})?)\s*(%?)\s*(?:bits?)?\s*")
ITEMS = 500


class Params(OfParts):
    rule: Literal["greedy", "top_k", "top_p"] | None = None
    """For the chosen tokens of a walk (`of: step`): the rule that each of them must follow. Without a rule, an answer
    to a question is compared with what the server says."""
    k: int | None = Field(None, ge=1)
    p: float | None = Field(None, gt=0, le=1)
    tolerance: float = Field(0.01, ge=0, le=1)
    """How far a number may be off: for probabilities absolute, else as a share of the right number."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.rule == "top_k") != (self.k is not None) or (self.rule == "top_p") != (self.p is not None):
            raise ValueError("`k` belongs to `rule: top_k` and `p` to `rule: top_p`, and only there")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    if params.rule is not None:
        return _walk(params, evidence.named(params.of))
    return judge_parts(params, evidence, lambda part: _answer(params, part))


def _walk(params: Params, steps: Sequence[Part]) -> Finding:
    """The share of the steps that follow the rule."""
    if not steps:
        return Finding(Status.UNSCORED, None, NOTHING, data={"of": params.of, "parts": 0})
    off = [number for number, part in enumerate(steps) if not _follows(params, part.facts)]
    score = 1 - len(off) / len(steps)
    quotes = tuple(Quote(steps[number].text, steps[number].where) for number in off[:5])
    data = {"steps": len(steps), "off": [number + 1 for number in off][:50]}
    if not off:
        return Finding(Status.PASS, 1.0, both("Every token follows the rule.", "Chaque token suit la règle."), (), data)
    text = both(
        "{off} of {steps} tokens do not follow the rule; the first is token {first}.",
        "{off} tokens sur {steps} ne suivent pas la règle ; le premier est le token {first}.",
        off=len(off),
        steps=len(steps),
        first=off[0] + 1,
    )
    return Finding(Status.FAIL if score <= 0 else Status.PARTIAL, max(0.0, score), text, quotes, data)


def _follows(params: Params, facts: Mapping[str, Any]) -> bool:
    """A token so far down that its rank was not told follows no rule."""
    rank, before = facts.get("rank"), facts.get("before")
    if rank is None:
        return False
    if params.rule == "top_p":
        return before is not None and float(before) < (params.p or 1) - 1e-9
    return int(rank) <= (params.k or 1)


def _answer(params: Params, part: Part) -> Finding:
    wanted = part.facts.get("wanted")
    if wanted is None:
        text = both(
            "The server did not tell what is right: a person decides.",
            "Le serveur n'a pas dit ce qui est juste : une personne décidera.",
        )
        return Finding(Status.UNSCORED, None, text, data={"where": part.where})
    if part.facts.get("ask") == "number":
        return _number(params, part, float(wanted))
    return _set(part, wanted)


def _number(params: Params, part: Part, wanted: float) -> Finding:
    quote = Quote(part.text[:200], part.where, 0, min(200, len(part.text)))
    match = NUMBER.fullmatch(part.text)
    if match is None:
        text = both("This is not a number.", "Ce n'est pas un nombre.")
        return Finding(Status.FAIL, 0.0, text, (quote,), {"wanted": wanted})
    given = float(match[1].replace(",", ".")) / (100 if match[2] else 1)
    allowed = params.tolerance * (1 if part.facts.get("of") == "probability" else abs(wanted))
    right = abs(given - wanted) <= allowed + 1e-9
    data = {"given": given, "wanted": round(wanted, 6), "tolerance": allowed}
    text = _off(given, wanted) if not right else both("The right number.", "Le bon nombre.")
    return Finding(Status.PASS if right else Status.FAIL, float(right), text, (quote,), data)


def _off(given: float, wanted: float) -> Text:
    if given < wanted:
        return both("The right number is larger.", "Le bon nombre est plus grand.")
    return both("The right number is smaller.", "Le bon nombre est plus petit.")


def _set(part: Part, wanted: Sequence[Mapping[str, Any]]) -> Finding:
    """Which tokens may be drawn: the share of what is right among all that was or should have been named."""
    given = _items(part)
    names = [_matching(item, wanted) for item in given]
    right = {name for name in names if name is not None}
    union = len(wanted) + sum(name is None for name in names)
    score = len(right) / union if union else 1.0
    missing, extra = len(wanted) - len(right), [item for item, name in zip(given, names, strict=True) if name is None]
    data = {"right": len(right), "missing": missing, "extra": extra[:50]}
    quote = Quote(part.text[:500], part.where, 0, min(500, len(part.text)))
    status = Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL
    return Finding(status, score, _said(missing, extra), (quote,), data)


def _items(part: Part) -> list[str]:
    """Ids or texts, each once, in the order in which they were typed."""
    return list(dict.fromkeys(item for item in re.split(r"[\s,;\[\]]+", part.text) if item))[:ITEMS]


def _matching(item: str, wanted: Sequence[Mapping[str, Any]]) -> int | None:
    for place, token in enumerate(wanted):
        if item == str(token.get("id")) or item == str(token.get("text")).strip():
            return place
    return None


def _said(missing: int, extra: Sequence[str]) -> Text:
    if not missing and not extra:
        return both("Exactly the tokens that may be drawn.", "Exactement les tokens qui peuvent être tirés.")
    shown = ", ".join(extra[:5])
    en = [f"{missing} missing"] * bool(missing) + [f"cannot be drawn: {shown}"] * bool(extra)
    fr = [f"il en manque {missing}"] * bool(missing) + [f"ne peut être tiré : {shown}"] * bool(extra)
    return {"en": _sentence("; ".join(en)), "fr": _sentence(" ; ".join(fr))}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


CRITERION = Criterion(label=both("Token choice", "Choix du token"), params=Params, assess=assess)
