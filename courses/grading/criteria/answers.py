"""Questions with known answers: the share that was answered right, weighted by their points. Pure."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import NAME, NOTHING
from courses.texts import both


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("question", pattern=NAME)
    """`question`: all of them; `question.<id>`: one."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = evidence.named(params.of)
    points = sum(float(part.facts.get("points", 0)) for part in parts)
    if not parts or points <= 0:
        return Finding(Status.UNSCORED, None, NOTHING, data={"of": params.of, "parts": 0})
    score = min(1.0, sum(_score(part) * float(part.facts["points"]) for part in parts) / points)
    right = sum(1 for part in parts if _score(part) >= 1)
    data = {"right": right, "questions": len(parts), "scores": [_score(part) for part in parts]}
    said = both("{right} of {all} answered right.", "{right} réponses justes sur {all}.", right=right, all=len(parts))
    feedback = dict(parts[0].facts["feedback"]) if len(parts) == 1 else said
    return Finding(_status(score), score, feedback, _quotes(parts), data)


def _score(part: Part) -> float:
    return float(part.facts.get("score", 0))


def _quotes(parts: Sequence[Part]) -> tuple[Quote, ...]:
    """The student's own words. A chosen option is the author's text: the page shows it in its place."""
    return tuple(
        Quote(part.text, part.where, 0, len(part.text)) for part in parts if part.facts.get("own_words") and part.text
    )


def _status(score: float) -> Status:
    return Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL


# Not live: a check mark while the student works would tell the answers.
CRITERION = Criterion(label=both("Answers", "Réponses"), params=Params, assess=assess, live=False)
