"""The platform's own verdict: arguments, defaults, order, what is missing and what is too much."""

from typing import Any

import pytest

from courses.grading.calls import assignment, strict
from courses.grading.calls.expected import ExpectedCall
from courses.grading.calls.model import Function, Policy
from courses.grading.calls.shapes import read_calls

ADD = Function("add", {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "unit": {"type": "string", "enum": ["m", "km"],
                   "default": "m"}},
    "required": ["a", "b"],
})  # fmt: skip
SAY = Function("say", {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]})
FUNCTIONS = {"add": ADD, "say": SAY}


def add(**arguments: Any) -> dict[str, Any]:
    return {"name": "add", "arguments": arguments}


def say(text: str) -> dict[str, Any]:
    return {"name": "say", "arguments": {"text": text}}


def report(expected: list[Any], calls: Any, **policy: Any) -> Any:
    wanted = [ExpectedCall.model_validate(each).wanted() for each in expected]
    return strict.grade(FUNCTIONS, wanted, read_calls(calls), Policy(**policy))


@pytest.mark.parametrize(
    ("call", "score", "code"),
    [
        (add(a=2, b=3), 1.0, None),
        (add(b=3, a=2, unit="m"), 1.0, None),
        (add(a=2, b=4), 0.5, "value"),
        (add(a=2, b="3"), 0.5, "type"),
        (add(a=2, b=True), 0.5, "type"),
        (add(a=2, b=3.0), 0.5, "type"),
        (add(a=2, b=3, unit="mile"), 2 / 3, "schema"),
        (add(a=2, b=3, unit="km"), 2 / 3, "unexpected_argument"),
        (add(a=2, b=3, c=1), 2 / 3, "unknown_argument"),
        (add(a=2), 0.0, "missing_required"),
        ({"name": "ADD", "arguments": {"a": 2, "b": 3}}, 0.0, "unknown_function"),
        (say("5"), 0.0, "wrong_function"),
        ({"name": "add", "arguments": '{"a": 2, "b": 3}'}, 0.0, "arguments_text"),
        ({"name": "add", "arguments": [2, 3]}, 0.0, "arguments_no_object"),
        ({"arguments": {}}, 0.0, "no_name"),
    ],
)
def test_one_call(call: dict[str, Any], score: float, code: str | None) -> None:
    found = report([add(a=2, b=3)], [call])

    assert found.score == pytest.approx(score)
    assert [fault.code for fault in found.faults] == ([code] if code else [])
    assert all(sorted(fault.text) == ["en", "fr"] for fault in found.faults)


def test_a_verdict_names_place_and_values() -> None:
    [fault] = report([add(a=2, b=3)], [add(a=2, b=4)]).faults

    assert (fault.path, fault.got, fault.expected) == ("/0/arguments/b", 4, 3)
    assert fault.text == {"en": "b: got 4, expected 3.", "fr": "b : reçu 4, attendu 3."}


def test_passing_the_default_is_leaving_it_out_and_the_other_way_round() -> None:
    assert report([add(a=1, b=2)], [add(a=1, b=2, unit="m")]).valid
    assert report([add(a=1, b=2, unit="m")], [add(a=1, b=2)]).valid
    assert not report([add(a=1, b=2, unit="km")], [add(a=1, b=2)]).valid
    assert not report([add(a=1, b=2, unit="m")], [add(a=1, b=2)], defaults_equivalent=False).valid


def test_missing_extra_and_repeated_calls_cost() -> None:
    one, two = add(a=1, b=2), say("hello")

    assert report([one, two], [one]).score == 0.5
    assert [fault.code for fault in report([one], [one, two]).faults] == ["extra_call"]
    assert [fault.code for fault in report([one], [one, one]).faults] == ["duplicate_call"]
    assert report([one], [one, one]).score == 0.5


def test_an_empty_list_is_the_answer_where_no_function_fits() -> None:
    assert report([], []).score == 1.0
    assert [fault.code for fault in report([], [say("hello")]).faults] == ["not_abstained"]
    assert report([], [say("hello")]).score == 0.0


def test_order() -> None:
    one, two, other = add(a=1, b=2), say("hello"), say("bye")

    assert report([one, two], [two, one]).score == 1.0
    assert report([one, two], [two, one], order="subsequence").score == 0.5
    assert report([one, two], [one, other, two], order="subsequence").score == pytest.approx(2 / 3)
    assert report([one, two], [one, other, two], order="exact").score == pytest.approx(1 / 3)


def test_matching_is_not_greedy() -> None:
    loose = {"name": "add", "arguments": {"a": 1, "b": 1}, "compare": {"b": {"by": "one_of", "values": [2]}}}

    assert report([loose, add(a=1, b=1)], [add(a=1, b=1), add(a=1, b=2)]).score == 1.0


@pytest.mark.parametrize("way", [assignment.any_order, assignment.in_order, assignment.by_place])
def test_assignment_of_nothing(way: Any) -> None:
    assert way([]) == []
    assert way([[]]) == [None]
