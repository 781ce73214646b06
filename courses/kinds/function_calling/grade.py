"""What the rubric looks at: one part for every run of a case, and what the student wrote. Pure."""

from collections.abc import Iterator
from typing import Any

from courses.grading.calls.definitions import read
from courses.grading.calls.model import Call
from courses.grading.evidence import Evidence, Part
from courses.kinds.function_calling.plan import path, question_of, results_of, seeds, students
from courses.kinds.function_calling.replay import Replay, replay
from courses.kinds.function_calling.results import read_results
from courses.kinds.function_calling.schema import (
    Case,
    FunctionCallingAnswer,
    FunctionCallingRun,
    FunctionCallingSpec,
    Student,
)
from courses.kinds.work import Work
from courses.texts import both

JSON = Any
PARTS = {
    "case": both(
        "every run of every question: what the model wrote, the calls and those expected",
        "chaque exécution de chaque question : le texte du modèle, ses appels et ceux attendus",
    ),
    "baseline": both("the same under the author's own work", "la même chose avec le travail de l'auteur"),
    "definitions": both("the definitions that the student wrote", "les définitions écrites par l'étudiant"),
    "prompt": both("the prompt that the student wrote", "le prompt écrit par l'étudiant"),
    "answer": both("what the model said at the end of each run", "ce que le modèle a dit à la fin de chaque exécution"),
    "results": both("the uploaded file, and what is wrong in its form", "le fichier envoyé et ses défauts de forme"),
}


def evidence(spec: FunctionCallingSpec, answer: FunctionCallingAnswer, work: Work) -> Evidence:
    return Evidence((*_written(spec, answer), *_cases(spec, answer, work)), work.results)


def draft_evidence(spec: FunctionCallingSpec, work: Work, run_id: str) -> Evidence:
    """The run as if it were the only case. Raises KeyError for a run that this attempt does not have."""
    if run_id not in {run.id for run in work.runs}:
        raise KeyError(run_id)
    before = path(work, run_id)
    first = FunctionCallingRun.model_validate(before[0].payload)
    case = next((each for each in spec.samples if each.id == first.case and not first.question.strip()), None)
    found = replay(spec, first, question_of(spec, first), 1, [run.result or {} for run in before])
    cases = _parts("case", spec, case, 1, found) if case else ()
    return Evidence((*_written(spec, first), *cases))


def similarity_key(spec: FunctionCallingSpec, answer: FunctionCallingAnswer, work: Work) -> str:
    return "\n\n".join(text for text in (answer.definitions, answer.prompt, answer.results) if text).strip()


def _written(spec: FunctionCallingSpec, student: Student) -> Iterator[Part]:
    if spec.task == "definitions":
        found = read(student.definitions)
        facts = {
            "functions": [_function(each.name, each.parameters, each.description) for each in found.functions],
            "wanted": [each.model_dump(mode="json") for each in spec.functions],
            "problems": [problem.text for problem in found.errors],
            "questions": [case.question for case in spec.cases if not case.visible],
        }
        yield Part("definitions", student.definitions, "definitions", facts)
    if spec.task in ("pipeline", "tool_loop"):
        yield Part("prompt", student.prompt, "prompt")


def _function(name: str, parameters: Any, description: str) -> dict[str, JSON]:
    return {"name": name, "description": description, "parameters": dict(parameters)}


def _cases(spec: FunctionCallingSpec, answer: FunctionCallingAnswer, work: Work) -> Iterator[Part]:
    if spec.task == "results_file":
        yield from _from_file(spec, answer)
        return
    for prefix, student in students(spec, answer):
        for case in spec.cases:
            for seed in seeds(spec, case):
                results = results_of(work.results, prefix, case, seed)
                if results:
                    yield from _parts(prefix, spec, case, seed, replay(spec, student, case.question, seed, results))


def _from_file(spec: FunctionCallingSpec, answer: FunctionCallingAnswer) -> Iterator[Part]:
    found = read_results(answer.results)
    asked = {case.question for case in spec.cases}
    problems = [*found.problems, *(_unknown(question) for question in found.calls if question not in asked)]
    problems += [_missing(case) for case in spec.cases if case.question not in found.calls]
    yield Part("results", answer.results, "results", {"problems": problems})
    for case in spec.cases:
        yield from _parts("case", spec, case, 1, Replay(calls=found.calls.get(case.question, [])))


def _unknown(question: str) -> dict[str, str]:
    return {
        "en": f"This prompt was not asked: “{question[:80]}”.",
        "fr": f"Ce prompt n'était pas demandé : « {question[:80]} ».",
    }


def _missing(case: Case) -> dict[str, str]:
    return {
        "en": f"No answer for the prompt “{case.question[:80]}”.",
        "fr": f"Pas de réponse au prompt « {case.question[:80]} ».",
    }


def _parts(prefix: str, spec: FunctionCallingSpec, case: Case, seed: int, found: Replay) -> Iterator[Part]:
    where = f"{prefix}:{case.id}:{seed}"
    facts = {
        "case": case.id,
        "category": dict(case.category),
        "visible": case.visible,
        "seed": seed,
        "question": case.question,
        "expected": [each.model_dump(mode="json") for each in case.expected],
        "order": case.order,
        "calls": [_call(call) for call in found.calls],
        "functions": [each.model_dump(mode="json") for each in spec.functions],
        "problem": found.problem,
        "tries": found.tries,
        "trace": found.trace,
    }
    yield Part(prefix, found.text, where, facts)
    if prefix == "case":
        yield Part("answer", found.text, where, {"case": case.id, "visible": case.visible})


def _call(call: Call) -> dict[str, JSON]:
    return {"name": call.name, "arguments": dict(call.arguments), "problem": call.problem}
