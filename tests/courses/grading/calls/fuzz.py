"""Random rows, definitions, answers and files against the grader of calls; whatever comes, it must not fail.

python tests/courses/grading/calls/fuzz.py --seconds 300 --seed 1
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

NAMES = [
    "add",
    "say",
    "a",
    "b",
    "x",
    "",
    "é",
    "a/b",
    "~",
    "__class__",
    "constructor",
    "$ref",
    "type",
    "name",
    "arguments",
]
TYPES = [
    "string",
    "integer",
    "number",
    "boolean",
    "array",
    "object",
    "null",
    "dict",
    "float",
    "tuple",
    "any",
    "int",
    5,
    [],
]
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    5,
    5.0,
    0.1,
    1e308,
    -0.0,
    10**299,
    2**63,
    "",
    "5",
    "a",
    "A",
    "é",
    "e\u0301",
    "\u202e",
    "(a+)+$",
    "[",
    "2025-02-30",
    "C:\\x",
    "{question}",
    "x" * 3000,
    [],
    {},
    [[]],
    [1, "1", 1.0],
]
TEXTS = ['NaN', '1e400', '-Infinity', '9' * 10_000, '"\\ud800"', '{"a":1,"a":2}', '[' * 200 + ']' * 200,
         '```json\n{}\n```', "'",
         '\x00', '\ufeff[]', '{"name": "add", "arguments": "{}"}', '[' * 5000]  # fmt: skip


class Source:
    """A stream of JSON that looks a little like what the grader reads."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, choices: list[Any]) -> Any:
        return self.random.choice(choices)

    def value(self, depth: int = 3) -> Any:
        if depth and self.random.random() < 0.35:
            if self.random.random() < 0.5:
                return [self.value(depth - 1) for _ in range(self.random.randrange(4))]
            return {self.one(NAMES): self.value(depth - 1) for _ in range(self.random.randrange(4))}
        return self.one(VALUES)

    def schema(self, depth: int = 2) -> Any:
        if self.random.random() < 0.05:
            return self.value()
        found: dict[str, Any] = {"type": self.one(TYPES)} if self.random.random() < 0.8 else {}
        for key, make in (
            ("enum", lambda: [self.value(1) for _ in range(2)]), ("default", lambda: self.value(1)),
            ("items", self.nested),
            ("properties", lambda: {self.one(NAMES): self.nested() for _ in range(2)}),
            ("pattern", lambda: self.one(VALUES)),
            ("required", lambda: [self.one(NAMES)]), ("$ref", lambda: self.one(["#", "#/x", "http://x.test/", 5])),
            ("anyOf", lambda: [self.nested()]), ("minimum", lambda: self.value(0)), ("format", lambda: "date"),
            ("additionalProperties", lambda: self.one([True, False, {}, 5])),
        ):  # fmt: skip
            if depth and self.random.random() < 0.12:
                found[key] = make()
        return found

    def nested(self) -> Any:
        return self.schema(1)

    def function(self) -> Any:
        names = [self.one(NAMES) for _ in range(self.random.randrange(4))]
        parameters = {"type": self.one(["object", "dict", "array"]),
                      "properties": {name: self.schema() for name in names},
                      "required": names[:1]}  # fmt: skip
        return {"name": self.one(NAMES[:4]), "description": "x", "parameters": parameters}

    def call(self, function: Any) -> Any:
        names = [*function["parameters"]["properties"], self.one(NAMES)]
        arguments: Any = {name: self.value() for name in names if self.random.random() < 0.7}
        return {"name": function["name"], "arguments": arguments}

    def row(self) -> Any:
        functions = [self.function() for _ in range(self.random.randrange(1, 4))]
        calls = [self.call(self.one(functions)) for _ in range(self.random.randrange(4))]
        expected = [
            {
                each["name"]: {
                    key: [value, *self.one([[], [""], [self.value()]])] for key, value in each["arguments"].items()
                }
            }
            for each in self.random.sample(calls, len(calls))
        ]
        return {"id": 1, "functions": functions, "expected": expected, "calls": calls,
                "order": self.one(["any", "exact", "subsequence", "any", 5])}  # fmt: skip

    def broken(self, value: Any) -> Any:
        """The value with something else in one place."""
        if isinstance(value, dict) and value and self.random.random() < 0.85:
            key = self.one(list(value))
            return {**value, key: self.broken(value[key])}
        if isinstance(value, list) and value and self.random.random() < 0.85:
            place = self.random.randrange(len(value))
            return [*value[:place], self.broken(value[place]), *value[place + 1 :]]
        return self.value()

    def text(self, value: Any) -> str:
        for _ in range(self.one([0, 0, 1, 3])):
            value = self.broken(value)
        text = json.dumps(value, ensure_ascii=self.random.random() < 0.5)
        if self.random.random() < 0.3:
            place = self.random.randrange(len(text) + 1)
            text = text[:place] + self.one(TEXTS) + text[place + self.random.randrange(5) :]
        return text


def targets() -> list[Callable[[Source], None]]:
    from pydantic import TypeAdapter

    from courses.grading.calls import definitions, rows
    from courses.grading.calls.comparators import AnyComparator, compare
    from courses.kinds.function_calling import replay, results
    from courses.kinds.work import Refusal

    comparators: list[Any] = [
        {"by": "exact"}, {"by": "one_of", "values": [1]}, {"by": "tolerance", "relative": 0.1}, {"by": "set"},
        {"by": "path"},
        {"by": "range", "least": 0, "most": 1}, {"by": "string", "profile": "loose"}, {"by": "ordered"}, {"by": "bag"},
        {"by": "date", "formats": ["%d/%m/%Y"]}, {"by": "regex", "witnesses": ["aaa", "5"]}, {"by": "subset"},
        {"by": "ignore"},
    ]  # fmt: skip
    adapter: TypeAdapter[Any] = TypeAdapter(AnyComparator)
    made = [adapter.validate_python(each) for each in comparators]

    def row(source: Source) -> None:
        line = source.text(source.row())
        for profile in ("strict", "bfcl"):
            graded = rows.grade_line(line, profile)
            assert 0.0 <= graded["score"] <= 1.0
            assert graded["valid"] == (not graded["errors"]) == (graded["score"] == 1.0), graded
            json.dumps(graded)

    def definition(source: Source) -> None:
        found = definitions.read(source.text([source.function() for _ in range(3)]))
        assert all(problem.text["en"] and problem.text["fr"] for problem in found.problems)

    def comparison(source: Source) -> None:
        assert 0.0 <= compare(source.one(made), source.value()).score(source.value()) <= 1.0

    def output(source: Source) -> None:
        text = source.text([source.call(source.function())])
        replay.output_of({"text": source.one(["", "Sure! ", "{"]) + text})
        replay.output_of({"tool_calls": [source.broken({"name": "a", "arguments": {}})]})

    def file(source: Source) -> None:
        try:
            results.read_results(source.text([{"prompt": "x", "name": "a", "parameters": source.value()}]))
        except Refusal as refusal:
            refused = refusal
        else:
            return
        assert refused.text["en"]

    return [row, row, row, definition, comparison, output, file]


def fuzz(*, seconds: float = 0, rounds: int = 0, seed: int = 1) -> int:
    """How many inputs were tried. Raises whatever the grader raises, after naming the seed that did it."""
    found, number, end = targets(), 0, time.monotonic() + seconds
    while number < rounds or time.monotonic() < end:
        source = Source(seed * 1_000_003 + number)
        try:
            source.one(found)(source)
        except Exception:
            sys.stderr.write(f"seed {seed}, input {number}\n")
            raise
        number += 1
    return number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    sys.stdout.write(f"{fuzz(seconds=chosen.seconds, seed=chosen.seed)} inputs, no exception\n")
