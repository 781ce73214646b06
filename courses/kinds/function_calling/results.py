"""`function_calling_results.json`, in both spellings of its keys. Pure.

[{"prompt", "name", "parameters"}]   or   [{"prompt", "fn_name", "args"}]
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from courses.grading import strict_json
from courses.grading.calls.model import Call
from courses.grading.calls.shapes import read_call
from courses.grading.strict_json import BadJson
from courses.kinds.function_calling import refusals
from courses.kinds.function_calling.schema import RESULTS_LIMIT
from courses.texts import Text, both

ROWS_LIMIT = 1_000
KEYS = ({"prompt", "name", "parameters"}, {"prompt", "fn_name", "args"})


@dataclass(frozen=True, slots=True)
class Results:
    calls: dict[str, list[Call]]  # by the question, word for word
    problems: list[Text] = field(default_factory=list)


def read_results(text: str) -> Results:
    """Raises Refusal for what is no JSON; what is wrong inside is a problem and costs what it costs."""
    try:
        value = strict_json.load(text, limit=RESULTS_LIMIT)
    except BadJson as error:
        raise refusals.results(error.line, error.column, error.message) from error
    if not isinstance(value, list) or len(value) > ROWS_LIMIT:
        raise refusals.results(None, None, f"a list of at most {ROWS_LIMIT} objects is needed")
    calls: dict[str, list[Call]] = defaultdict(list)
    problems: list[Text] = []
    for number, row in enumerate(value, start=1):
        problem = _problem(number, row)
        if problem:
            problems.append(problem)
        if isinstance(row, dict) and isinstance(row.get("prompt"), str):
            calls[row["prompt"]].append(read_call(row))
    return Results(dict(calls), problems)


def _problem(number: int, row: Any) -> Text | None:
    if not isinstance(row, dict):
        return both("Entry {number} is no object.", "L'entrée {number} n'est pas un objet.", number=number)
    if set(row) in KEYS:
        return None
    spelling = min(KEYS, key=lambda keys: len(keys ^ set(row)))
    missing, extra = sorted(spelling - set(row)), sorted(set(row) - spelling)
    return both(
        "Entry {number}: {missing} missing, {extra} not expected.",
        "Entrée {number} : {missing} en moins, {extra} en trop.",
        number=number,
        missing=", ".join(missing) or "–",
        extra=", ".join(key[:40] for key in extra[:5]) or "–",
    )
