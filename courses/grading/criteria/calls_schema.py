"""Are the calls valid by the definitions (JSON Schema 2020-12), right or wrong otherwise? Pure."""

from pydantic import BaseModel, ConfigDict, Field

from courses.grading.calls.cases import calls_of, functions_of
from courses.grading.calls.model import Call, Function
from courses.grading.calls.schemas import problems
from courses.grading.calls.sentences import SENTENCES
from courses.grading.calls.summary import NOTHING, Judged, cases, summarise
from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.texts import Text, both


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("case", pattern=r"^[a-z_]+$")
    """The part that holds the runs."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    """Only runs in which something was called, or should have been read as a call, count."""
    parts = cases(evidence, params.of)
    judged = [_judge(part) for part in parts if part.facts.get("calls") or _broken(part)]
    if judged:
        return summarise(judged)
    if any(part.facts.get("expected") for part in parts):
        text = both("Nothing was called, though calls were expected.", "Rien n'a été appelé, alors qu'il le fallait.")
        return Finding(Status.FAIL, 0.0, text, data={"passed": 0, "of": 0})
    if parts:
        text = both("Nothing was called, so nothing is invalid.", "Rien n'a été appelé, donc rien n'est invalide.")
        return Finding(Status.PASS, 1.0, text, data={"passed": 0, "of": 0})
    return Finding(Status.UNSCORED, None, NOTHING, data={"parts": 0})


def _broken(part: Part) -> bool:
    return str(part.facts.get("problem", "")).startswith("json")


def _judge(part: Part) -> Judged:
    if _broken(part):
        return Judged(part, 0.0, [both("The answer is no valid JSON.", "La réponse n'est pas du JSON valide.")])
    known, calls = functions_of(part.facts), calls_of(part.facts)
    faults = [_faults(known, call) for call in calls]
    right = sum(not found for found in faults)
    return Judged(part, right / len(calls), [fault for found in faults for fault in found])


def _faults(known: dict[str, Function], call: Call) -> list[Text]:
    if call.problem:
        en, fr = SENTENCES[call.problem]
        return [{"en": en, "fr": fr}]
    if call.name not in known:
        name = call.name[:60]
        return [{"en": f"There is no function “{name}”.", "fr": f"Il n'y a pas de fonction « {name} »."}]
    return problems(dict(call.arguments), known[call.name].parameters)


CRITERION = Criterion(label=both("Valid calls", "Appels valides"), params=Params, assess=assess)
