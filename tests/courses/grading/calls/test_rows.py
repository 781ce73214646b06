"""The command `grade_calls`, and what it says of rows that nobody should have sent."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from courses.grading.calls.rows import grade_line

PLACE = {"name": "go", "parameters": {"type": "dict", "properties": {"x": {"type": "float"}}, "required": ["x"]}}
ROW: dict[str, Any] = {
    "id": "r", "functions": [PLACE], "expected": [{"go": {"x": [1.0]}}],
    "calls": [{"name": "go", "arguments": {"x": 1}}],
}  # fmt: skip
DEEP = json.loads("[" * 200 + "]" * 200)
CIRCLE = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}


def with_schema(schema: Any, value: Any, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    function = {"name": "go", "parameters": {"type": "object", "properties": {"x": schema}, **(parameters or {})}}
    row = {**ROW, "functions": [function], "expected": [{"go": {"x": [value]}}]}
    return {**row, "calls": [{"name": "go", "arguments": {"x": value}}]}


@pytest.mark.parametrize("profile", ["strict", "bfcl"])
def test_command_reads_lines_and_writes_lines(
    profile: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{json.dumps(ROW)}\n\nnot JSON\n"))

    call_command("grade_calls", profile=profile)

    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert good == {"id": "r", "valid": True, "score": 1.0, "errors": []}
    assert (bad["valid"], bad["errors"][0]["code"]) == (False, "json_syntax")


@pytest.mark.parametrize("profile", ["strict", "bfcl"])
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"id": 1, "calls": [{"name": "f", "name": "g"}]}', "json_duplicate_key"),
        ('{"id": NaN}', "json_not_a_number"),
        ('{"id": 1e400}', "json_not_a_number"),
        ('{"id": ' + "9" * 10_000 + "}", "json_not_a_number"),
        ('{"id": "\\ud800"}', "json_not_text"),
        ("[" * 100_000, "json_too_deep"),
        ("[1]", "bad_row"),
        ("{}", "bad_row"),
        (" " * 5_000_001, "bad_row"),
        (json.dumps({**ROW, "order": "best"}), "bad_row"),
        (json.dumps({**ROW, "expected": [{"go": {"x": 1}}]}), "bad_row"),
        (json.dumps({**ROW, "calls": [{"name": "go", "arguments": {"x": DEEP}}]}), "bad_row"),
        (json.dumps({**ROW, "calls": [{"name": "go", "arguments": '{"x": 1}'}]}), "arguments_text"),
        (json.dumps({**ROW, "calls": [ROW["calls"][0]] * 1_000}), "bad_row"),
    ],
)  # fmt: skip
def test_bad_rows_are_named(line: str, code: str, profile: Any) -> None:
    graded = grade_line(line, profile)

    assert (graded["valid"], graded["score"]) == (False, 0.0)
    assert graded["errors"][0]["code"] == code
    assert graded["errors"][0]["message"]


@pytest.mark.parametrize(
    ("row", "valid"),
    [
        (with_schema({"type": "number"}, 2.5), True),
        (with_schema({"type": "array"}, [1, "a"]), True),
        (with_schema({}, {"a": 1}), True),
        (with_schema({"$ref": "#"}, 1), True),
        (with_schema({"$ref": "#/$defs/a"}, 1, CIRCLE), True),
        (with_schema({"$ref": "#/$defs/a"}, "b", {"$defs": {"a": {"enum": ["b"]}}}), True),
        (with_schema({"$ref": "#/$defs/a"}, "c", {"$defs": {"a": {"enum": ["b"]}}}), False),
        (with_schema({"$ref": "http://127.0.0.1:9/x.json"}, 1), False),
        (with_schema({"$ref": "file:///etc/hostname"}, 1), False),
        (with_schema({"type": "string", "pattern": "(a+)+$"}, "a" * 40_000 + "b"), False),
        (with_schema({"type": "string", "pattern": "(?=a)"}, "a"), False),
    ],
)  # fmt: skip
def test_odd_definitions_are_survived(row: dict[str, Any], valid: bool) -> None:
    graded = grade_line(json.dumps(row), "strict")

    assert graded["valid"] == valid
    assert all(error["code"] == "schema" for error in graded["errors"])


def test_nothing_in_a_row_is_ever_run() -> None:
    row = {**ROW, "calls": [{"name": "go", "arguments": {"x": "__import__('os').system('true')"}}]}

    assert grade_line(json.dumps(row), "strict")["errors"][0]["code"] == "type"
    assert grade_line(json.dumps(row), "bfcl")["errors"][0]["code"] == "type"
