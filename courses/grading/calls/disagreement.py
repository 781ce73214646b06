"""Why the profile `strict` and the leaderboard's own rules judge the same calls differently. Pure.

Every disagreement belongs to one of these classes; docs/function-calling-grader.md describes and counts them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.grading.calls import bfcl
from courses.grading.calls.assignment import any_order
from courses.grading.calls.model import Verdict

JSON = Any
NAMES = ("against_definition", "string_form", "empty_value", "container_equality", "rounding", "declared_default",
         "number_in_list", "greedy_matching")  # fmt: skip


def against_leaderboard(faults: Sequence[Verdict]) -> str:
    """The class of what the leaderboard accepts and `strict` does not; empty where there is none."""
    classes = {_refused(fault) for fault in faults}
    return next((name for name in NAMES if name in classes), "") if "" not in classes else ""


def _refused(fault: Verdict) -> str:
    if fault.code in ("type", "schema"):
        return "against_definition"
    if fault.code == "value" and fault.got in ("", []):
        return "empty_value"
    if fault.code == "value" and isinstance(fault.got, str):
        return "string_form"
    return "container_equality" if fault.code == "value" else ""


def in_favour(functions: Sequence[Mapping[str, JSON]], expected: Sequence[JSON], calls: Sequence[JSON]) -> str:
    """The class of what `strict` accepts and the leaderboard does not; empty where there is none."""
    fault = bfcl.check(functions, expected, calls)
    if fault is None:
        return ""
    if fault.code == "cannot_find_match":
        return _in_favour_of_many(functions, expected, calls)
    classes = {"type_nested": "number_in_list", "value": "rounding", "unexpected_argument": "declared_default",
               "missing_optional": "declared_default", "type": "declared_default"}  # fmt: skip
    return classes.get(fault.code, "")


def _in_favour_of_many(functions: Sequence[Mapping[str, JSON]], expected: Sequence[JSON], calls: Sequence[JSON]) -> str:
    """Greed, if the best matching finds a call for each; else what is wrong with those that are left over."""
    fits = [[float(bfcl.check(functions, [wanted], [call]) is None) for call in calls] for wanted in expected]
    columns = any_order(fits)
    rows = [row for row, column in enumerate(columns) if column is None or not fits[row][column]]
    if not rows:
        return "greedy_matching"
    taken = {column for row, column in enumerate(columns) if row not in rows}
    left = [call for column, call in enumerate(calls) if column not in taken]
    found = {in_favour(functions, [expected[row]], [call]) for row in rows for call in left}
    return next((name for name in NAMES if name in found), "")
