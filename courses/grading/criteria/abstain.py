"""Is nothing called where no function fits? And only there. Pure."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from courses.grading.calls.summary import NOTHING, Judged, cases, summarise
from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.texts import Text, both

CALLED = both("A function was called, but none fits.", "Une fonction a été appelée, mais aucune ne convient.")
SILENT = both("A function fits, but none was called.", "Une fonction convient, mais aucune n'a été appelée.")
UNREADABLE = both("What was written is neither prose nor a call.", "Ce qui est écrit n'est ni du texte ni un appel.")
NO_QUESTION = both("The model should have asked back.", "Le modèle aurait dû demander une précision.")


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("case", pattern=r"^[a-z_]+$")
    """The part that holds the runs."""
    expect: Literal["none", "any", "clarify"] = "none"
    """`none`: questions without an expected call must get no call; `clarify`: a question back, too;
    `any`: questions with one must get a call, whichever."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    wants_call = params.expect == "any"
    parts = [part for part in cases(evidence, params.of) if bool(part.facts.get("expected")) == wants_call]
    if not parts:
        return Finding(Status.UNSCORED, None, NOTHING, data={"parts": 0})
    return summarise([_judge(params, part) for part in parts])


def _judge(params: Params, part: Part) -> Judged:
    fault = _fault(params, part)
    return Judged(part, float(fault is None), [fault] if fault else [])


def _fault(params: Params, part: Part) -> Text | None:
    called = bool(part.facts.get("calls"))
    if params.expect == "any":
        return None if called else SILENT
    if called:
        return CALLED
    if str(part.facts.get("problem", "")).startswith("json"):
        return UNREADABLE  # half a call is no abstention
    return NO_QUESTION if params.expect == "clarify" and "?" not in part.text else None


CRITERION = Criterion(label=both("No call where none fits", "Pas d'appel superflu"), params=Params, assess=assess)
