"""Which pieces of the work a text criterion looks at, and how several pieces make one finding. Pure."""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from courses.grading.criterion import Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.texts import both

NAME = r"^[a-z_]+(\.[a-z0-9-]+)?(:(first|last))?$"


class OfParts(BaseModel):
    """Which pieces of the work, and what counts when there are several."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("answer:last", pattern=NAME)
    """A part of the work; `:first` and `:last` choose one of several."""
    over: Literal["each", "any", "mean"] = "each"
    """Of several pieces count the worst (`each`), the best (`any`) or the mean."""


Judge = Callable[[Part], Finding]

NOTHING = both(
    "There is nothing to look at here, so a person will decide.",
    "Il n'y a rien à examiner ici : une personne décidera.",
)


def judge_parts(params: OfParts, evidence: Evidence, judge: Judge) -> Finding:
    """One finding over all named pieces. No piece at all is never a pass and never a zero."""
    findings = [judge(part) for part in evidence.named(params.of)]
    if not findings:
        return Finding(Status.UNSCORED, None, NOTHING, data={"of": params.of, "parts": 0})
    if len(findings) == 1:
        return findings[0]
    if params.over == "mean":
        return _mean(findings)
    return (min if params.over == "each" else max)(findings, key=_rank if params.over == "each" else _best)


def _rank(finding: Finding) -> float:
    """For the worst: what could not be judged comes before everything that passed, after a plain failure."""
    return 0.001 if finding.score is None else finding.score


def _best(finding: Finding) -> float:
    return 0.999 if finding.score is None else finding.score


def _mean(findings: list[Finding]) -> Finding:
    scores = [finding.score for finding in findings]
    known = [score for score in scores if score is not None]
    worst = min(findings, key=_rank)
    if len(known) < len(scores):
        return next(finding for finding in findings if finding.score is None)
    mean = sum(known) / len(known)
    data = {**worst.data, "scores": known}
    if mean >= 1.0:
        return Finding(Status.PASS, 1.0, worst.feedback, worst.quotes, data)
    return Finding(Status.FAIL if mean <= 0.0 else Status.PARTIAL, mean, worst.feedback, worst.quotes, data)
