"""The contract of an exercise kind: one folder in `kinds/`, exported as `KIND`.

A kind has two moments. While the student works, each *run* (a turn of a chat, an image) is one payload that becomes
one job. When the student submits, the *answer* names what counts; further jobs may be planned (probes, cases) before
the evidence is handed to the rubric. `schema.py`, `plan.py` and `grade.py` of a kind are pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from pydantic import BaseModel

from courses.grading.evidence import Evidence
from courses.kinds.work import Work
from courses.texts import Text
from workers.scheduling.spec import JobSpec

SpecT = TypeVar("SpecT", bound=BaseModel)
RunT = TypeVar("RunT", bound=BaseModel)
AnswerT = TypeVar("AnswerT", bound=BaseModel)
ReferenceT = TypeVar("ReferenceT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ExerciseKind(Generic[SpecT, RunT, AnswerT, ReferenceT]):
    """A frozen record of functions: no base class to learn, no method to forget.

    plan_run(spec, work, run, run_id) -> JobSpec    one interactive run; raises Refusal; key = f"run:{run_id}"
    plan(spec, answer, work) -> [JobSpec]           after submission; called again whenever all planned jobs are
                                                    final, so that a plan may depend on earlier results; [] ends it
    evidence(spec, answer, work) -> Evidence        what the rubric looks at
    draft_evidence(spec, work, run_id) -> Evidence  the same while working, for live check marks
    similarity_key(spec, answer, work) -> str       the student's own words, for comparison across students
    imagine(spec, reference) -> (answer, Work)      work that an author made up, to test a rubric without a model
    public(spec) -> JSON                            what a student may read of the specification: nothing hidden in it
    """

    label: Text
    icon: str  # a name in the icon sprite
    spec: type[SpecT]
    run: type[RunT]
    answer: type[AnswerT]
    reference: type[ReferenceT]  # how an author writes work down
    form: type[forms.Form]  # sends one run without JavaScript
    parts: Mapping[str, Text]  # the evidence parts it offers, for authors
    plan_run: Callable[[SpecT, Work, RunT, str], JobSpec]
    plan: Callable[[SpecT, AnswerT, Work], Sequence[JobSpec]]
    evidence: Callable[[SpecT, AnswerT, Work], Evidence]
    draft_evidence: Callable[[SpecT, Work, str], Evidence]
    similarity_key: Callable[[SpecT, AnswerT, Work], str]
    imagine: Callable[[SpecT, ReferenceT], tuple[AnswerT, Work]]
    public: Callable[[SpecT], dict[str, Any]]
