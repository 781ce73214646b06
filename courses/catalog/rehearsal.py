"""The prompts of reference answers, sent to the models of this installation: does the exercise work in practice?

What an author imagined is replayed run by run (`kind.plan_run`), then what the kind plans after submission; the rubric
marks what came back. Nothing is queued or stored. The mark is reported; where the reference declares `model_score`, it
must lie within.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from courses.catalog.references import file_of, taught
from courses.catalog.schema import Reference
from courses.catalog.tree import CourseTree, ExerciseTree, Problem
from courses.grading import assessment
from courses.grading.evidence import Evidence
from courses.kinds.registry import AnyKind, all_kinds
from courses.kinds.work import Refusal, Run, Work
from workers.backends import loop, pictures
from workers.backends.endpoints import backend_of
from workers.backends.errors import BackendError
from workers.backends.routing import Demand
from workers.backends.selectors import resolve_for
from workers.scheduling.estimates import prompt_tokens
from workers.scheduling.spec import JobSpec

Ask = Callable[[JobSpec], Mapping[str, Any]]
MOST_STEPS = 40  # rounds of planning after submission


class Unanswered(Exception):
    """No model of this installation can be asked."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    exercise: str
    reference: str
    score: float | None  # None: withheld, or nothing came back
    said: str  # why there is no mark, or empty
    problem: Problem | None = None


def ask_models(job: JobSpec, *, local_only: bool = False) -> Mapping[str, Any]:
    """The answer of the first server that takes such work. Raises Unanswered, BackendError."""
    demand = Demand.of_one(job.alias, job.what_for, prompt_tokens(job.request), local_only=local_only)
    candidates = [each for each in resolve_for(demand) if each.usable]
    if not candidates:
        raise Unanswered(f"no server answers for {job.alias!r}")
    chosen = candidates[0]
    running = loop.spawn(
        backend_of(chosen.server).run(model=chosen.model, request=job.request, emit=lambda delta: None)
    )
    return running.wait().model_dump(mode="json")


def rehearse(tree: CourseTree, ask: Ask | None = None) -> Iterator[Rehearsed]:
    """One for each reference answer whose kind asks a model."""
    ask = ask or partial(ask_models, local_only=tree.file.local_only)
    for module, exercise in taught(tree):
        kind = all_kinds()[exercise.file.kind]
        if kind.plan_run is None:
            continue
        for number, reference in enumerate(exercise.file.references):
            place = (file_of(tree, module, exercise), exercise.reference_lines[number])
            yield _rehearsed(tree, exercise, kind, reference, place, ask)


def _rehearsed(
    tree: CourseTree, exercise: ExerciseTree, kind: AnyKind, reference: Reference, place: tuple[str, int], ask: Ask
) -> Rehearsed:
    def problem(said: str) -> Rehearsed:
        return Rehearsed(exercise.slug, reference.name, None, said, Problem(*place, f"{reference.name!r}: {said}"))

    try:
        score = _mark(exercise, kind, reference, tree.read_asset, ask)
    except Unanswered as error:
        return Rehearsed(exercise.slug, reference.name, None, str(error))
    except Refusal as error:
        return problem(f"the kind refuses what a student would send: {error.text.get('en', error.code)}")
    except (BackendError, ValidationError, KeyError) as error:
        return problem(f"the model could not be asked: {error}")
    wanted = reference.model_score
    if wanted is not None and (score is None or not wanted[0] - 1e-9 <= score <= wanted[1] + 1e-9):
        got = "no mark" if score is None else f"{score:.3f}"
        return problem(f"with a model's answers it gets {got}; declared: {wanted[0]:g} to {wanted[1]:g}")
    return Rehearsed(exercise.slug, reference.name, score, "" if score is not None else "withheld")


def _mark(
    exercise: ExerciseTree, kind: AnyKind, reference: Reference, asset: Callable[[str], bytes], ask: Ask
) -> float | None:
    answer, imagined = kind.imagine(exercise.spec, kind.reference.model_validate(reference.work))
    work = replace(imagined, runs=(), results={}, picture=_either(imagined.picture, pictures.read), asset=asset)
    for run in imagined.runs:
        work = replace(work, runs=(*work.runs, _played(exercise, kind, run, work, ask)))
    work = _finished(exercise, kind, answer, work, ask)
    return assessment.assess(
        exercise.rubric, _with_jobs(exercise, kind.evidence(exercise.spec, answer, work), ask)
    ).score


def _either(first: Callable[[str], bytes], second: Callable[[str], bytes]) -> Callable[[str], bytes]:
    def read(digest: str) -> bytes:
        try:
            return first(digest)
        except KeyError:
            return second(digest)

    return read


def _played(exercise: ExerciseTree, kind: AnyKind, run: Run, work: Work, ask: Ask) -> Run:
    if kind.plan_run is None or kind.run is None:
        return run
    fields = {name: value for name, value in run.payload.items() if name in kind.run.model_fields}
    if "parent" in kind.run.model_fields:
        fields["parent"] = run.parent
    payload = kind.run.model_validate(fields)
    result = ask(kind.plan_run(exercise.spec, work, payload, run.id))
    return Run(run.id, run.parent, payload.model_dump(mode="json"), "done", result)


def _finished(exercise: ExerciseTree, kind: AnyKind, answer: Any, work: Work, ask: Ask) -> Work:
    for _step in range(MOST_STEPS):
        jobs = [job for job in kind.plan(exercise.spec, answer, work) if job.key not in work.results]
        if not jobs:
            return work
        work = replace(work, results={**work.results, **{job.key: ask(job) for job in jobs}})
    return work


def _with_jobs(exercise: ExerciseTree, evidence: Evidence, ask: Ask) -> Evidence:
    """What criteria ask models themselves (embeddings, a judge)."""
    jobs = assessment.jobs(exercise.rubric, evidence)
    return replace(evidence, results={**evidence.results, **{job.key: ask(job) for job in jobs}})
