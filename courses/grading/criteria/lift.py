"""How much better than a baseline are the calls? Pure."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from courses.grading.calls.cases import grade_case
from courses.grading.calls.summary import NOTHING, cases
from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence
from courses.grading.findings import status_of
from courses.grading.intervals import wilson
from courses.texts import both


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("case", pattern=r"^[a-z_]+$")
    """The part that holds the runs."""
    baseline: float | None = Field(None, ge=0, lt=1)
    """The share that nothing special reaches; left out: measured on the part `baseline`."""
    target: float = Field(0.9, gt=0, le=1)
    """The share that gets full marks."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.baseline is not None and self.baseline >= self.target:
            raise ValueError("`baseline` must be below `target`")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    mine = _scores(evidence, params.of)
    before = [params.baseline] if params.baseline is not None else _scores(evidence, "baseline")
    if not mine or not before:
        return Finding(Status.UNSCORED, None, NOTHING, data={"parts": 0})
    share, base = sum(mine) / len(mine), sum(before) / len(before)
    low, high = wilson(sum(mine), len(mine))
    score = _linear(share, base, params.target)
    facts = {"base": base, "share": share, "n": len(mine), "low": low, "high": high}
    text = both(
        "{base:.0%} → {share:.0%} of {n} runs (at 95 %, between {low:.0%} and {high:.0%}).",
        "{base:.0%} → {share:.0%} de {n} exécutions (à 95 %, entre {low:.0%} et {high:.0%}).",
        **facts,
    )
    return Finding(status_of(score), score, text, data={name: round(value, 4) for name, value in facts.items()})


def _scores(evidence: Evidence, of: str) -> list[float]:
    """1 for each run that is right in everything."""
    return [float(grade_case(part.facts).valid) for part in cases(evidence, of)]


def _linear(share: float, base: float, target: float) -> float:
    """0 at the baseline, 1 at the target; whoever keeps a baseline that is above the target has full marks."""
    if share >= target:
        return 1.0
    return max(0.0, min(1.0, (share - base) / (target - base))) if base < target else 0.0


CRITERION = Criterion(label=both("Better than the baseline", "Mieux que la base"), params=Params, assess=assess)
