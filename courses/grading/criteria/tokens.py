"""Token ids as the model's own tokenizer has them, and how many tokens something takes. Pure."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Self

from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

COMPARED = 2_000  # ids


class Params(OfParts):
    least: int | None = Field(None, ge=0)
    most: int | None = Field(None, ge=0)
    """How many tokens the part may take. Without bounds the typed ids are compared with those of the tokenizer."""
    margin: int = Field(0, ge=0)
    """So many tokens outside the bounds the score falls from 1 to 0 in a straight line."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("`least` is above `most`")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    bounded = params.least is not None or params.most is not None
    return judge_parts(params, evidence, lambda part: _count(params, part) if bounded else _compare(part))


def _count(params: Params, part: Part) -> Finding:
    count = part.facts.get("completion_tokens")
    if not isinstance(count, int) or isinstance(count, bool):
        return _unknown(part)
    low, high = params.least or 0, count if params.most is None else params.most
    off = max(low - count, count - high, 0)
    score = max(0.0, 1 - off / (params.margin + 1))
    bounds = _bounds(params)
    text = {
        "en": f"{count} token{'' if count == 1 else 's'}; {bounds['en']}.",
        "fr": f"{count} token{'' if count < 2 else 's'} ; {bounds['fr']}.",
    }
    data = {"tokens": count, "least": params.least, "most": params.most}
    return Finding(_status(score), score, text, (_whole(part),), data)


def _bounds(params: Params) -> Text:
    low, high = params.least, params.most
    if low is not None and high is not None:
        return both("{low} to {high} wanted", "{low} à {high} demandés", low=low, high=high)
    if high is not None:
        return both("at most {high} wanted", "{high} au plus demandés", high=high)
    return both("at least {low} wanted", "{low} au moins demandés", low=low)


def _compare(part: Part) -> Finding:
    wanted = part.facts.get("wanted")
    if wanted is None:
        return _unknown(part)
    if part.facts.get("ask") == "count":
        return _compare_count(part, int(wanted))
    given = [int(found) for found in re.findall(r"\d{1,9}", part.text)[:COMPARED]]
    if given == list(wanted):
        text = both("Exactly the ids of the model's tokenizer.", "Exactement les numéros du tokenizer du modèle.")
        return Finding(Status.PASS, 1.0, text, (_whole(part),), {"given": given[:100], "wanted": len(wanted)})
    matcher = SequenceMatcher(None, given, list(wanted), autojunk=False)
    right = sum(block.size for block in matcher.get_matching_blocks())
    score = right / max(len(given), len(wanted), 1)
    data = {"given": given[:100], "right": right, "wanted": len(wanted)}
    status = Status.FAIL if score == 0 else Status.PARTIAL
    return Finding(status, score, _difference(given, wanted), (_whole(part),), data)


def _difference(given: Sequence[int], wanted: Sequence[int]) -> Text:
    if not given:
        return both("No token id was written.", "Aucun numéro de token n'a été écrit.")
    place = next((n for n, (one, two) in enumerate(zip(given, wanted, strict=False)) if one != two), None)
    if place is not None:
        return both(
            "At place {place} the tokenizer has another token than {given}.",
            "À la place {place}, le tokenizer a un autre token que {given}.",
            place=place + 1,
            given=given[place],
        )
    return both(
        "{given} ids were written; the tokenizer makes {wanted} of this text.",
        "{given} numéros écrits ; le tokenizer en fait {wanted} de ce texte.",
        given=len(given),
        wanted=len(wanted),
    )


def _compare_count(part: Part, wanted: int) -> Finding:
    found = re.fullmatch(r"\s*(\d{1,9})\s*", part.text)
    right = found is not None and int(found[1]) == wanted
    text = (
        both("The right number of tokens.", "Le bon nombre de tokens.")
        if right
        else both(
            "Not the number of tokens that the tokenizer makes.", "Ce n'est pas le nombre que donne le tokenizer."
        )
    )
    return Finding(Status.PASS if right else Status.FAIL, float(right), text, (_whole(part),), {"wanted": wanted})


def _unknown(part: Part) -> Finding:
    text = both(
        "The server did not tell the tokens: a person decides.", "Le serveur n'a pas donné les tokens : on décidera."
    )
    return Finding(Status.UNSCORED, None, text, data={"where": part.where})


def _whole(part: Part) -> Quote:
    return Quote(part.text[:500], part.where, 0, min(500, len(part.text)))


def _status(score: float) -> Status:
    return Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL


CRITERION = Criterion(label=both("Tokens", "Tokens"), params=Params, assess=assess)
