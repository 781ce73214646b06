"""Which tokens a JSON schema allows next: named by the student, or kept to in a walk. Pure."""

from collections.abc import Sequence

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import NOTHING, OfParts, judge_parts
from courses.texts import Text, both


class Params(OfParts):
    """For an answer: the tokens that were ticked against the mask. For the steps of a walk (`of: step`): were all
    chosen tokens allowed?"""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = evidence.named(params.of)
    if parts and all("rank" in part.facts for part in parts):
        return _walk(parts)
    return judge_parts(params, evidence, _answer)


def _walk(steps: Sequence[Part]) -> Finding:
    told = [part for part in steps if part.facts.get("allowed") is not None]
    if not told:
        return Finding(Status.UNSCORED, None, NOTHING, data={"steps": len(steps)})
    off = [part for part in told if not part.facts["allowed"]]
    score = 1 - len(off) / len(told)
    quotes = tuple(Quote(part.text, part.where) for part in off[:5])
    text = (
        both("Every token was allowed by the schema.", "Chaque token était permis par le schéma.")
        if not off
        else both("{n} tokens break the schema.", "{n} tokens enfreignent le schéma.", n=len(off))
    )
    return Finding(_status(score), score, text, quotes, {"steps": len(told), "off": len(off)})


def _answer(part: Part) -> Finding:
    """Of the tokens that were ticked or should have been, how many are both."""
    wanted, shown, given = part.facts.get("wanted"), part.facts.get("shown"), part.facts.get("given")
    if wanted is None or not isinstance(shown, list):
        text = both(
            "The server did not tell the mask: a person decides.", "Le serveur n'a pas donné le masque : on décidera."
        )
        return Finding(Status.UNSCORED, None, text, data={"where": part.where})
    allowed = set(wanted)
    ticked = {token for token in (given if isinstance(given, list) else []) if token in shown}
    union = allowed | ticked
    score = len(allowed & ticked) / len(union) if union else 1.0
    missing, extra = len(allowed - ticked), sorted(ticked - allowed)
    quotes = (Quote(part.text[:500], part.where, 0, min(500, len(part.text))),)
    data = {"right": len(allowed & ticked), "missing": missing, "extra": extra[:32]}
    return Finding(_status(score), score, _said(missing, extra), quotes, data)


def _said(missing: int, extra: Sequence[str]) -> Text:
    if not missing and not extra:
        return both("Exactly the tokens that the schema allows.", "Exactement les tokens que le schéma permet.")
    named_en, named_fr = ", ".join(f"“{each}”" for each in extra[:5]), ", ".join(f"« {each} »" for each in extra[:5])
    en = [f"{missing} more would be allowed"] * bool(missing) + [f"not allowed here: {named_en}"] * bool(extra)
    fr = [f"{missing} de plus seraient permis"] * bool(missing) + [f"non permis ici : {named_fr}"] * bool(extra)
    return {"en": _sentence("; ".join(en)), "fr": _sentence(" ; ".join(fr))}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _status(score: float) -> Status:
    return Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL


CRITERION = Criterion(label=both("Token mask", "Masque de tokens"), params=Params, assess=assess)
