"""Against the leaderboard's own verdicts, where a sample of them lies beside the project."""

import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from courses.grading.calls import disagreement, rows, strict
from courses.grading.calls.model import Function
from courses.grading.calls.shapes import read_calls

ORACLE = Path(__file__).parents[5] / "shared" / "oracles" / "function_calls_dev.jsonl.gz"
DOCUMENT = Path(__file__).parents[4] / "docs" / "function-calling-grader.md"


@cache
def oracle() -> list[dict[str, Any]]:
    if not ORACLE.is_file():
        pytest.skip("no oracle beside the project")
    with gzip.open(ORACLE, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_bfcl_agrees_with_every_row() -> None:
    wrong = [row["id"] for row in oracle() if rows.grade_row(row, "bfcl")["valid"] != row["valid"]]

    assert wrong == []


def class_of(row: dict[str, Any]) -> str | None:
    """None where both say the same."""
    known = {each["name"]: Function(each["name"], each["parameters"]) for each in reversed(row["functions"])}
    report = strict.grade(known, [rows.wanted(each) for each in row["expected"]], read_calls(row["calls"]))
    if report.valid == row["valid"]:
        return None
    if row["valid"]:
        return disagreement.against_leaderboard(report.faults)
    return disagreement.in_favour(row["functions"], row["expected"], row["calls"])


def test_every_disagreement_of_strict_is_of_a_class_that_is_documented_and_counted() -> None:
    found = Counter(class_of(row) for row in oracle())

    del found[None]
    document = DOCUMENT.read_text(encoding="utf-8")
    assert set(found) <= set(disagreement.NAMES)
    for name in disagreement.NAMES:
        assert f"| `{name}` | {found[name]} |" in document


def test_scores_are_shares_and_full_exactly_where_the_calls_are_right() -> None:
    for row in oracle():
        graded = rows.grade_row(row, "strict")
        assert 0.0 <= graded["score"] <= 1.0
        assert (graded["score"] == 1.0) == graded["valid"], row["id"]
