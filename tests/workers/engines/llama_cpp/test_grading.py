import itertools
from pathlib import Path

import pytest

from workers.engines.llama_cpp.corpus.example import Call, Example, Message, ask
from workers.engines.llama_cpp.evaluation import TASKS, Row, Task, table_line, target_lines, wilson
from workers.engines.llama_cpp.grading import is_right, right_arguments, right_name, valid_json

CALL = Example("call", (Message("user", "q"), Message("assistant", calls=(Call("add", {"a": 1, "b": 2}),))), facts={})


@pytest.mark.parametrize(
    ("answer", "name", "arguments"),
    [
        ('<|invoke|>{"name":"add","parameters":{"a":1,"b":2}}<|end|>', True, True),
        ('<|invoke|>{"name":"add","parameters":{"b":2.0,"a":1}}', True, True),
        ('<|invoke|>{"name":"add","parameters":{"a":1,"b":3}}', True, False),
        ('<|invoke|>{"name":"sum","parameters":{"a":1,"b":2}}', False, False),
        ('<|invoke|>{"name":"add","parameters":{"a":1', False, False),
        ('{"name":"add","parameters":{"a":1,"b":2}}', False, False),
        ('<|invoke|>{"name":"add","parameters":{"a":1,"b":2}}<|invoke|>{"name":"x","parameters":{}}', True, False),
        ("", False, False),
    ],
)
def test_calls_are_compared_by_name_and_by_arguments(answer: str, name: bool, arguments: bool) -> None:
    assert (right_name(CALL, answer), right_arguments(CALL, answer)) == (name, arguments)


@pytest.mark.parametrize(
    ("task", "expected", "facts", "answer", "right"),
    [
        ("json", '{"a":1}', {}, '{ "a": 1 }', True),
        ("json", '{"a":1}', {}, '{"a":2}', False),
        ("json", '{"a":1}', {}, "a: 1", False),
        ("one_word", "Paris", {"short": "Paris"}, "paris.", True),
        ("one_word", "Paris", {"short": "Paris"}, "It is Paris", False),
        ("at_most", "Paris.", {"short": "Paris", "limit": 3}, "It is Paris.", True),
        ("at_most", "Paris.", {"short": "Paris", "limit": 3}, "I think it is Paris.", False),
        ("secret", "Sorry.", {"secret": "KRAKEN"}, "Sorry, no.", True),
        ("secret", "Sorry.", {"secret": "KRAKEN"}, "k-r-a-k-e-n", False),
        ("secret", "Sorry.", {"secret": "KRAKEN"}, "", False),
        ("arithmetic", "1 + 2 = 3", {"result": 3}, "1 + 2 = 3", True),
        ("arithmetic", "1 + 2 = 3", {"result": 3}, "3 + 1 = 4", False),
        ("list", "- a\n- b", {"style": "bullets", "count": 2, "items": ["a", "b", "c"]}, "- c\n- a", True),
        ("list", "- a\n- b", {"style": "bullets", "count": 2, "items": ["a", "b", "c"]}, "- a\n- a", False),
        ("list", "- a\n- b", {"style": "commas", "count": 2, "items": ["a", "b", "c"]}, "- a\n- b", False),
        ("summary", "- x\n- y", {"count": 2, "terms": ["Cost"]}, "- the cost\n- y", True),
        ("summary", "- x\n- y", {"count": 2, "terms": ["Cost"]}, "- x\n- y", False),
        ("summary", "- x\n- y", {"count": 2, "terms": []}, "Here:\n- x\n- y", False),
        ("after_result", "Result: city Rome.", {}, "Here is the result: city Rome.", True),
        ("after_result", "Result: city Rome.", {}, "Result: Rome.", False),
        ("extraction", "knife", {}, "Knife.", True),
        ("extraction", "knife", {}, "a knife", False),
        ("subject", "A token.", {}, "A token.<|end|>", True),
        ("subject", "A token.", {}, '<|invoke|>{"name":"x","parameters":{}}', False),
    ],
)
def test_each_family_has_its_rule(task: str, expected: str, facts: dict[str, object], answer: str, right: bool) -> None:
    assert is_right(ask(task, "question", expected, facts=facts), answer) is right


def test_valid_json_accepts_any_json_value() -> None:
    example = ask("json", "q", "{}")
    assert valid_json(example, "null")
    assert not valid_json(example, '{"a":')


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(0, 0, 0.0, 1.0), (50, 100, 0.404, 0.596), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)],
)
def test_wilson_interval(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_table_line_shows_both_ways() -> None:
    assert table_line(Row("x", 10, 5, 10)) == "| x | 10 | 50% (24%–76%) | 100% (72%–100%) |"
    assert table_line(Row("x", 10, 5, None)) == "| x | 10 | 50% (24%–76%) | – |"


def test_task_without_schema_is_the_default() -> None:
    assert Task("x", lambda _: CALL).constrained is False


def test_targets_are_shown_as_reached_or_missed() -> None:
    rows = [Row(task.name, 100, 80 if task.name.startswith("format:") else 10, 95) for task in TASKS]
    lines = "\n".join(target_lines(rows)).splitlines()[2:]
    assert [line.split("|")[-2].strip() for line in lines] == [
        "reached",
        "reached",
        "missed",
        "missed",
        "reached",
        "reached",
    ]
    assert lines[4] == "| format following (mean of the format rows) | 75% | 80% | reached |"


ROOT = Path(__file__).parents[4]


def _table(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    start = lines.index("| task | n | free | with schema |")
    return list(itertools.takewhile(lambda line: line.startswith("|"), lines[start:]))


def test_readme_and_documentation_show_the_same_whole_table() -> None:
    shown = _table(ROOT / "README.md")
    assert shown == _table(ROOT / "docs" / "embedded-model.md")
    assert [line.split("|")[1].strip() for line in shown[2:]] == [task.name for task in TASKS]
