"""The contract of an exercise kind: one folder in `kinds/`, exported as `KIND`.

A kind has two moments. While the student works, each *run* (a turn of a chat, an image) is one payload that becomes
one job. When the student submits, the *answer* names what counts; further jobs may be planned (probes, cases) before
the evidence is handed to the rubric. `schema.py`, `plan.py` and `grade.py` of a kind are pure.

A kind that asks no model while the student works (a quiz) leaves `run`, `form`, `plan_run` and `draft_evidence` out:
its page begins an attempt by a button, keeps drafts, and hands in what its own form says.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseKind(Generic[SpecT, RunT, AnswerT, ReferenceT]):
    """A frozen record of functions: no base class to learn, no method to forget.

    plan_run(spec, work, run, run_id) -> JobSpec    one interactive run; raises Refusal; key = f"run:{run_id}";
                                                    `replaces` names the older drafts that it makes pointless
    plan(spec, answer, work) -> [JobSpec]           after submission; called again whenever all planned jobs are
                                                    final, so that a plan may depend on earlier results; [] ends it
    evidence(spec, answer, work) -> Evidence        what the rubric looks at
    draft_evidence(spec, work, run_id) -> Evidence  the same while working, for live check marks
    similarity_key(spec, answer, work) -> str       the student's own words, for comparison across students
    similarity_pictures(spec, answer, work) -> [str]  digests of the pictures handed in, for the same comparison
    imagine(spec, reference) -> (answer, Work)      work that an author made up, to test a rubric without a model
    public(spec) -> JSON                            what a student may read of the specification: nothing hidden in it
    read_form(spec, fields) -> JSON                 the answer that the page's form describes (name → its values);
                                                    without it each field of the answer is read by its name
    view(spec, answer, seed) -> Any                 what templates are given as `view`: the (unchecked) answer so far,
                                                    prepared for the page; `seed` is the attempt's own, for shuffling
    report(spec, answer, work, reveal=) -> Any      what templates are given as `report`: what was recorded, judged
                                                    for the page; answer: None while open; `reveal`: may see all
    default_rubric(spec) -> JSON                    the rubric of an exercise whose author wrote none
    exhibits(spec, asset) -> {name: read}           pictures of the exercise itself; `read()` gives the PNG or KeyError
    """

    label: Text
    icon: str  # a name in the icon sprite
    spec: type[SpecT]
    answer: type[AnswerT]
    reference: type[ReferenceT]  # how an author writes work down
    parts: Mapping[str, Text]  # the evidence parts it offers, for authors
    plan: Callable[[SpecT, AnswerT, Work], Sequence[JobSpec]]
    evidence: Callable[[SpecT, AnswerT, Work], Evidence]
    similarity_key: Callable[[SpecT, AnswerT, Work], str]
    imagine: Callable[[SpecT, ReferenceT], tuple[AnswerT, Work]]
    public: Callable[[SpecT], dict[str, Any]]
    run: type[RunT] | None = None
    form: type[forms.Form] | None = None  # sends one run without JavaScript
    plan_run: Callable[[SpecT, Work, RunT, str], JobSpec] | None = None
    draft_evidence: Callable[[SpecT, Work, str], Evidence] | None = None
    read_form: Callable[[SpecT, Mapping[str, list[str]]], dict[str, Any]] | None = None
    view: Callable[[SpecT, Mapping[str, Any], str], Any] | None = None
    report: Callable[..., Any] | None = None
    default_rubric: Callable[[SpecT], dict[str, Any]] | None = None
    similarity_pictures: Callable[[SpecT, AnswerT, Work], Sequence[str]] | None = None
    exhibits: Callable[[SpecT, Callable[[str], bytes]], Mapping[str, Callable[[], bytes]]] | None = None
