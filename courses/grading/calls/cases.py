"""Grade a part of the evidence that holds one run of one question. Pure.

Its facts: {"case", "category", "visible", "seed", "question", "expected" (ExpectedCall JSON), "order", "calls"
({"name", "arguments", "problem"}), "functions" (definitions), "problem", "trace"}; kinds whose models call functions
write them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.grading.calls import bfcl, strict
from courses.grading.calls.behaviour import behave_alike
from courses.grading.calls.comparators import OneOf
from courses.grading.calls.expected import ExpectedCall
from courses.grading.calls.model import Call, Function, Policy, Report

JSON = Any
Facts = Mapping[str, JSON]


def calls_of(facts: Facts) -> list[Call]:
    return [Call(each["name"], each["arguments"], each.get("problem", "")) for each in facts.get("calls", ())]


def functions_of(facts: Facts) -> dict[str, Function]:
    return {each["name"]: Function(each["name"], each.get("parameters") or {}) for each in facts.get("functions", ())}


def expected_of(facts: Facts) -> list[ExpectedCall]:
    return [ExpectedCall.model_validate(each) for each in facts.get("expected", ())]


def grade_case(facts: Facts, **policy: JSON) -> Report:
    wanted = [each.wanted() for each in expected_of(facts)]
    chosen = Policy(order=facts.get("order", "any"), **policy)
    return strict.grade(functions_of(facts), wanted, calls_of(facts), chosen)


def grade_behaviour(facts: Facts, report: Report) -> float:
    """The score where calls of the right function that give the right result are right, whatever their arguments.

    A definition with `behaves` names its reference function; its required parameters are the arguments, in order.
    """
    known = {each["name"]: each for each in facts.get("functions", ()) if each.get("behaves")}
    expected, calls = facts.get("expected", ()), facts.get("calls", ())
    total = 0.0
    for pair in report.pairs:
        alike = False
        if pair.wanted is not None and pair.given is not None:
            wanted, given = expected[pair.wanted], calls[pair.given]
            function = known.get(wanted["name"])
            alike = bool(function) and wanted["name"] == given["name"] and _alike(function or {}, wanted, given)
        total += 1.0 if alike else pair.score
    size = max(len(expected), len(calls))
    return min(1.0, total / size) if size else 1.0


def _alike(function: Facts, wanted: Facts, given: Facts) -> bool:
    order = list((function.get("parameters") or {}).get("required") or ())
    return behave_alike(function["behaves"], order, wanted["arguments"], given["arguments"])


def passes_leaderboard(facts: Facts) -> bool:
    """By the leaderboard's rules, in which only single values and `one_of` can be said."""
    calls = calls_of(facts)
    if any(call.problem for call in calls):
        return False
    expected = [_leaderboard(each) for each in expected_of(facts)]
    given = [{"name": call.name, "arguments": call.arguments} for call in calls]
    return bfcl.check(facts.get("functions", ()), expected, given) is None


def _leaderboard(call: ExpectedCall) -> dict[str, dict[str, Sequence[JSON]]]:
    allowed: dict[str, Sequence[JSON]] = {
        name: [value, *_others(call, name), *([""] if name in call.optional else [])]
        for name, value in call.arguments.items()
    }
    return {call.name: allowed}


def _others(call: ExpectedCall, name: str) -> Sequence[JSON]:
    comparator = call.compare.get(name)
    return comparator.values if isinstance(comparator, OneOf) else ()
