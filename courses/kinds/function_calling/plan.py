"""Which jobs are asked for: one question while trying, every case after submission. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from courses.kinds.function_calling import refusals
from courses.kinds.function_calling.checks import check
from courses.kinds.function_calling.replay import Result, replay
from courses.kinds.function_calling.schema import (
    Case,
    FunctionCallingAnswer,
    FunctionCallingRun,
    FunctionCallingSpec,
    Student,
)
from courses.kinds.work import Run, Work, drafts
from workers.scheduling.spec import JobSpec, Lane

QUESTION_LIMIT = 4_000  # characters of a question of the student's own


def plan_run(spec: FunctionCallingSpec, work: Work, run: FunctionCallingRun, run_id: str) -> JobSpec:
    """One question, or the next turn of a tool loop. Raises Refusal."""
    if spec.task == "results_file":
        raise refusals.no_runs()
    before = path(work, run.parent)
    first = FunctionCallingRun.model_validate(before[0].payload) if before else run
    check(spec, first)
    found = replay(spec, first, question_of(spec, first), 1, [each.result or {} for each in before])
    if found.ask is None:
        raise refusals.finished()
    return JobSpec(f"run:{run_id}", spec.alias, found.ask, Lane.INTERACTIVE, replaces=_older(work, run))


def _older(work: Work, run: FunctionCallingRun) -> tuple[str, ...]:
    """Tries of the same question that still wait: what is asked now has newer definitions or a newer prompt."""
    asked = (run.parent, run.case, run.question)
    return drafts(
        each for each in work.runs if (each.parent, each.payload.get("case"), each.payload.get("question")) == asked
    )


def path(work: Work, leaf: str | None) -> list[Run]:
    """The runs of one conversation up to `leaf`, oldest first. Raises Refusal for a run of another attempt."""
    runs = {run.id: run for run in work.runs}
    found: list[Run] = []
    while leaf is not None:
        if leaf not in runs:
            raise refusals.unknown_parent()
        found.append(runs.pop(leaf))
        leaf = found[-1].parent
    return found[::-1]


def question_of(spec: FunctionCallingSpec, run: FunctionCallingRun) -> str:
    """Raises Refusal."""
    if run.question.strip():
        if len(run.question) > QUESTION_LIMIT:
            raise refusals.too_long("question", len(run.question), QUESTION_LIMIT)
        return run.question.strip()
    if not run.case:
        raise refusals.empty("question")
    return sample(spec, run.case).question


def sample(spec: FunctionCallingSpec, name: str) -> Case:
    """A case of the public sample. Raises Refusal: hidden cases do not exist for whoever tries their names."""
    found = next((case for case in spec.samples if case.id == name), None)
    if found is None:
        raise refusals.unknown_case()
    return found


def plan(spec: FunctionCallingSpec, answer: FunctionCallingAnswer, work: Work) -> Sequence[JobSpec]:
    """The next request of every case that is not finished. Raises Refusal for an answer that cannot be submitted."""
    check(spec, answer)
    if spec.task == "results_file":
        return []
    return list(_jobs(spec, answer, work))


def _jobs(spec: FunctionCallingSpec, answer: FunctionCallingAnswer, work: Work) -> Iterator[JobSpec]:
    for prefix, student in students(spec, answer):
        for case in spec.cases:
            for seed in seeds(spec, case):
                results = results_of(work.results, prefix, case, seed)
                ask = replay(spec, student, case.question, seed, results).ask
                if ask is not None:
                    yield JobSpec(key(prefix, case, seed, len(results) + 1), spec.alias, ask, Lane.SUBMISSION)


def students(spec: FunctionCallingSpec, answer: Student) -> list[tuple[str, Student]]:
    """Whose work is run, by the prefix of the job keys: the student's, and the author's baseline."""
    found: list[tuple[str, Student]] = [("case", answer)]
    if spec.baseline is not None:
        chosen = {"definitions": spec.baseline.definitions, "prompt": spec.baseline.prompt, "retries": 0}
        found.append(("baseline", answer.model_copy(update=chosen)))
    return found


def seeds(spec: FunctionCallingSpec, case: Case) -> Sequence[int]:
    return range(1, (1 if case.visible else spec.seeds) + 1)


def key(prefix: str, case: Case, seed: int, number: int) -> str:
    return f"{prefix}:{case.id}:{seed}:{number}"


def results_of(results: Mapping[str, Mapping[str, Any]], prefix: str, case: Case, seed: int) -> list[Result]:
    """The results of one run of a case, oldest first."""
    found: list[Result] = []
    while (name := key(prefix, case, seed, len(found) + 1)) in results:
        found.append(results[name])
    return found
