"""How a model used its tools over several turns: in order, none that is forbidden, on after an error. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from courses.grading.calls.summary import NOTHING, Judged, cases, summarise
from courses.grading.calls.values import same
from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.texts import Text, both

Step = dict[str, Any]  # {"name", "arguments"} and one of "result", "error", "pending"


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("case", pattern=r"^[a-z_]+$")
    """The part that holds the runs."""
    order: list[str] = Field([], max_length=20)
    """Tools that must be called in this order; others may stand between them."""
    forbidden: list[str] = Field([], max_length=20)
    """Tools that must not be called."""
    recover: bool = False
    """After an error or a “not yet” a later call of the same tool must get a result."""
    no_repeats: bool = False
    """The same call after its result counts as a fault."""
    most: int | None = Field(None, ge=1, le=64)
    """Calls that are allowed."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = cases(evidence, params.of)
    if not parts:
        return Finding(Status.UNSCORED, None, NOTHING, data={"parts": 0})
    return summarise([_judge(params, part) for part in parts])


def _judge(params: Params, part: Part) -> Judged:
    """The share of the demands that are met; a forbidden tool takes everything."""
    trace: Sequence[Step] = part.facts.get("trace") or ()
    used = [step["name"] for step in trace if step["name"] in params.forbidden]
    if used:
        text = both("{name} was called, which is forbidden.", "{name} a été appelé, ce qui est interdit.", name=used[0])
        return Judged(part, 0.0, [text])
    if params.order and not trace:
        return Judged(part, 0.0, [both("No tool was called.", "Aucun outil n'a été appelé.")])
    found = list(_demands(params, trace))
    faults = [fault for fault in found if fault is not None]
    return Judged(part, 1 - len(faults) / len(found) if found else 1.0, faults)


def _demands(params: Params, trace: Sequence[Step]) -> Iterator[Text | None]:
    if params.order:
        yield _order(params.order, [step["name"] for step in trace if "error" not in step])
    if params.recover:
        yield _recovery(trace)
    if params.no_repeats:
        yield _repeated(trace)
    if params.most is not None:
        text = both("{n} calls, at most {most} are needed.", "{n} appels, {most} au plus suffisent.",
                    n=len(trace), most=params.most)  # fmt: skip
        yield text if len(trace) > params.most else None


def _order(wanted: Sequence[str], names: Sequence[str]) -> Text | None:
    left = list(wanted)
    for name in names:
        if left and name == left[0]:
            left.pop(0)
    if not left:
        return None
    return both("{name} was not called at its place.", "{name} n'a pas été appelé à sa place.", name=left[0])


def _recovery(trace: Sequence[Step]) -> Text | None:
    for place, step in enumerate(trace):
        later = [each for each in trace[place + 1 :] if each["name"] == step["name"]]
        if "result" not in step and not any("result" in each for each in later):
            return both("After {name} had failed it was not called again with success.",
                        "Après l'échec de {name}, il n'a pas été rappelé avec succès.", name=step["name"])  # fmt: skip
    return None


def _repeated(trace: Sequence[Step]) -> Text | None:
    for place, step in enumerate(trace):
        before = [each for each in trace[:place] if each["name"] == step["name"] and "result" in each]
        if any(same(each["arguments"], step["arguments"]) for each in before):
            return both("{name} was called again with the same arguments after it had answered.",
                        "{name} a été rappelé de la même façon après sa réponse.", name=step["name"])  # fmt: skip
    return None


CRITERION = Criterion(label=both("Use of tools", "Usage des outils"), params=Params, assess=assess)
