"""What pages show of runs and cases: the calls beside those expected; of hidden questions only the verdict. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.grading.calls.cases import grade_case
from courses.grading.calls.values import shown
from courses.grading.evidence import Evidence, Part
from courses.grading.intervals import wilson
from courses.kinds.function_calling.grade import draft_evidence, evidence
from courses.kinds.function_calling.plan import path
from courses.kinds.function_calling.replay import output_of, replay
from courses.kinds.function_calling.schema import FunctionCallingAnswer, FunctionCallingRun, FunctionCallingSpec
from courses.kinds.work import Run, Work
from courses.texts import Text

JSON = Any
CALL_LENGTH = 2_000  # characters of a call that are shown


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence about one argument or call."""

    text: Text
    right: bool
    path: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """One run of one case."""

    where: str
    seed: int = 1
    question: str = ""
    category: Text = field(default_factory=dict)
    visible: bool = True
    score: float | None = None  # None: nothing is expected
    calls: Sequence[str] = ()
    expected: Sequence[str] = ()
    text: str = ""
    problem: str = ""
    lines: Sequence[Line] = ()
    trace: Sequence[Mapping[str, str]] = ()
    goes_on: bool = False  # a tool loop that is not at its end

    @property
    def right(self) -> bool:
        return self.score is not None and self.score >= 1.0


@dataclass(frozen=True, slots=True)
class Report:
    runs: Mapping[str, Tried] = field(default_factory=dict)  # while trying, by the run's id
    sample: Sequence[Tried] = ()
    hidden: Sequence[Tried] = ()
    low: float = 0.0
    high: float = 1.0

    @property
    def passed(self) -> int:
        return sum(each.right for each in (*self.sample, *self.hidden))

    @property
    def of(self) -> int:
        return len(self.sample) + len(self.hidden)


def report(spec: FunctionCallingSpec, answer: FunctionCallingAnswer | None, work: Work, *, reveal: bool) -> Report:
    """`answer`: None while the attempt is open. `reveal`: the reader grades, and sees hidden questions, too."""
    runs = {run.id: tried_run(spec, work, run) for run in work.runs if run.state in ("done", "cancelled")}
    if answer is None:
        return Report(runs)
    found: Evidence = evidence(spec, answer, work)
    cases = [part for part in found.named("case") if "case" in part.facts]
    sample = [_tried(part) for part in cases if part.facts["visible"]]
    hidden = [_tried(part) for part in cases if not part.facts["visible"]]
    passed = sum(each.right for each in (*sample, *hidden))
    low, high = wilson(passed, len(cases))
    return Report(runs, sample, hidden if reveal else [_bare(each) for each in hidden], low, high)


def _bare(tried: Tried) -> Tried:
    """Category and verdict, nothing else: not even where it stands."""
    return Tried("", tried.seed, category=tried.category, visible=False, score=float(tried.right))


def tried_run(spec: FunctionCallingSpec, work: Work, run: Run) -> Tried:
    before = path(work, run.id)
    first = FunctionCallingRun.model_validate(before[0].payload)
    cases = draft_evidence(spec, work, run.id).named("case")
    question = first.question.strip() or next((each.question for each in spec.samples if each.id == first.case), "")
    found = replay(spec, first, question, 1, [each.result or {} for each in before])
    calls, text, problem = output_of(run.result or {})
    step = [_said(each) for each in found.trace[len(found.trace) - len(calls) :]] if calls and found.trace else []
    goes_on = found.ask is not None and spec.task == "tool_loop"
    if cases and not goes_on:
        judged = _tried(cases[-1])
        return Tried(f"turn:{run.id}", 1, question, judged.category, True, judged.score, judged.calls, judged.expected,
                     text, problem, judged.lines, step)  # fmt: skip
    written = [_shown_call(call.name, dict(call.arguments)) for call in calls]
    return Tried(f"turn:{run.id}", question=question, calls=written, text=text, problem=problem, trace=step,
                 goes_on=goes_on)  # fmt: skip


def _tried(part: Part) -> Tried:
    facts, graded = part.facts, grade_case(part.facts)
    lines = [
        Line(verdict.text, not verdict.is_fault, verdict.path) for pair in graded.pairs for verdict in pair.verdicts
    ]
    return Tried(
        where=part.where,
        seed=facts["seed"],
        question=facts["question"],
        category=facts["category"],
        visible=facts["visible"],
        score=graded.score,
        calls=[_shown_call(call["name"], call["arguments"]) for call in facts["calls"]],
        expected=[_shown_call(call["name"], call["arguments"]) for call in facts["expected"]],
        text=part.text,
        problem=facts["problem"],
        lines=lines,
        trace=[_said(step) for step in facts["trace"]],
    )


def _shown_call(name: str, arguments: JSON) -> str:
    return f"{name}({', '.join(f'{key}={shown(value, 200)}' for key, value in arguments.items())})"[:CALL_LENGTH]


def _said(step: Mapping[str, JSON]) -> dict[str, str]:
    kind = next((each for each in ("error", "pending", "result") if each in step), "result")
    return {"call": _shown_call(step["name"], step["arguments"]), "kind": kind, "said": shown(step.get(kind), 400)}
