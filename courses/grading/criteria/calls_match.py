"""Are the calls those that were expected? Argument by argument, over all runs of all questions. Pure."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from courses.grading.calls.cases import grade_behaviour, grade_case, passes_leaderboard
from courses.grading.calls.summary import NOTHING, Judged, cases, summarise
from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.texts import both


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("case", pattern=r"^[a-z_]+$")
    """The part that holds the runs."""
    which: Literal["all", "sample", "hidden"] = "all"
    """Of all questions, only of the public sample, only of the hidden ones."""
    profile: Literal["strict", "bfcl"] = "strict"
    """Whose rules: ours, or the leaderboard's."""
    by: Literal["arguments", "behaviour"] = "arguments"
    """`behaviour`: arguments that make the function do the same are right, too (functions with `behaves`)."""
    credit: Literal["partial", "binary"] = "partial"
    """A share for what is right in a wrong answer, or none."""
    missing_required: Literal["zero", "partial"] = "zero"
    """What a call is worth that lacks a required argument."""
    defaults_equivalent: bool = True
    """Leaving out an argument is the same as passing its declared default."""
    whole_floats: bool = False
    """2.0 is fine where an integer is wanted."""


SAMPLES: dict[str, bool | None] = {"all": None, "sample": True, "hidden": False}


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = cases(evidence, params.of, sample=SAMPLES[params.which])
    if not parts:
        return Finding(Status.UNSCORED, None, NOTHING, data={"parts": 0})
    return summarise([_judge(params, part) for part in parts], credit=params.credit)


def _judge(params: Params, part: Part) -> Judged:
    policy: dict[str, Any] = params.model_dump(include={"missing_required", "defaults_equivalent", "whole_floats"})
    report = grade_case(part.facts, **policy)
    if params.profile == "bfcl":
        return Judged(part, float(passes_leaderboard(part.facts)), [fault.text for fault in report.faults])
    if params.by == "behaviour":
        score = grade_behaviour(part.facts, report)
        return Judged(part, score, [] if score >= 1 else [fault.text for fault in report.faults])
    return Judged(part, report.score, [fault.text for fault in report.faults])


CRITERION = Criterion(label=both("The expected calls", "Les appels attendus"), params=Params, assess=assess)
