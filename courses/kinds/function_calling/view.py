"""What the page shows: the editor's texts, the sample, and what is wrong in the text so far. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.grading.calls.definitions import Problem, read
from courses.kinds.function_calling.replay import signature
from courses.kinds.function_calling.schema import Case, FunctionCallingSpec
from courses.texts import Text, both

TITLES = {
    "definitions": both("Definitions", "Définitions"),
    "prompt": both("Prompt", "Prompt"),
    "results": both("Results", "Résultats"),
}


@dataclass(frozen=True, slots=True)
class View:
    answer: Mapping[str, Any]  # every field of the form
    problems: Sequence[Problem]  # of the definitions
    signatures: Sequence[str]  # of the given functions
    samples: Sequence[Case]
    hidden: int
    runs: int  # that a submission starts
    questions: Sequence[str]  # of a results file: all of them, without what is expected
    functions_json: str  # the given functions, to copy
    tests_json: str  # the questions of a results file, to copy
    handed_in: Sequence[tuple[str, Text]]  # fields of the answer that hold something


def view(spec: FunctionCallingSpec, answer: Mapping[str, Any], seed: str) -> View:
    start = {"definitions": spec.start.definitions, "prompt": spec.start.prompt, "results": "", "note": "",
             "way": spec.ways[0], "retries": 0,
             "temperature": spec.temperature.default if spec.temperature else ""}  # fmt: skip
    texts = {name: value for name, value in answer.items() if value is not None}
    shown = {**start, **texts}
    definitions = str(shown["definitions"])
    hidden = len(spec.cases) - len(spec.samples)
    file = spec.task == "results_file"
    return View(
        shown,
        read(definitions).problems if spec.task == "definitions" and definitions.strip() else (),
        [signature(function) for function in spec.functions] if spec.task != "definitions" else [],
        spec.samples,
        hidden,
        0 if file else (len(spec.samples) + hidden * spec.seeds) * (2 if spec.baseline else 1),
        [case.question for case in spec.cases] if file else [],
        _json([function.model_dump(mode="json", exclude={"behaves"}) for function in spec.functions]),
        _json([{"prompt": case.question} for case in spec.cases]) if file else "",
        [(name, title) for name, title in TITLES.items() if str(answer.get(name) or "").strip()],
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
