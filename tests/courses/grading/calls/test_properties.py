"""What must hold whatever the calls are."""

from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.grading.calls import assignment, strict
from courses.grading.calls.expected import ExpectedCall
from courses.grading.calls.model import Call, Function, Policy
from courses.grading.calls.shapes import read_call
from courses.grading.calls.values import key_of, same

SCORES = st.integers(0, 4).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=columns, max_size=columns), max_size=4
    )
)
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.0, "a", "b", "é"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xy"), inner), max_leaves=6
)
KEYS = st.sampled_from(["name", "fn_name", "arguments", "args", "parameters", "function", "malformed"])
ARGUMENTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3)
CALLS = st.lists(st.tuples(st.sampled_from(["f", "g"]), ARGUMENTS), max_size=4)
FUNCTIONS = {name: Function(name, {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}}) for name in "fg"}


def total(scores: list[list[float]], columns: list[int | None]) -> float:
    return sum(scores[row][column] for row, column in enumerate(columns) if column is not None)


@settings(max_examples=40, deadline=None)
@given(SCORES)
def test_no_assignment_is_better(scores: list[list[float]]) -> None:
    columns = assignment.any_order(scores)

    width = len(scores[0]) if scores else 0
    places = [*range(width), *[None] * len(scores)]
    best = max((total(scores, list(each)) for each in permutations(places, len(scores))), default=0.0)
    taken = [column for column in columns if column is not None]
    assert len(taken) == len(set(taken))
    assert total(scores, columns) == best


@settings(max_examples=40, deadline=None)
@given(SCORES)
def test_a_subsequence_rises_and_is_never_better_than_any_order(scores: list[list[float]]) -> None:
    columns = assignment.in_order(scores)

    taken = [column for column in columns if column is not None]
    assert taken == sorted(set(taken))
    assert total(scores, columns) <= total(scores, assignment.any_order(scores))
    assert total(scores, columns) >= total(scores, assignment.by_place(scores))


@settings(max_examples=40, deadline=None)
@given(VALUES, VALUES)
def test_sameness_is_symmetric_and_has_a_key(one: Any, other: Any) -> None:
    assert same(one, one)
    assert same(one, other) == same(other, one)
    assert same(one, other) == (key_of(one) == key_of(other))


def grade(expected: list[tuple[str, Any]], calls: list[tuple[str, Any]], policy: Policy | None = None) -> strict.Report:
    wanted = [ExpectedCall(name=name, arguments=arguments).wanted() for name, arguments in expected]
    return strict.grade(FUNCTIONS, wanted, [Call(name, arguments) for name, arguments in calls], policy)


@settings(max_examples=40, deadline=None)
@given(CALLS, CALLS, st.sampled_from(["any", "subsequence", "exact"]))
def test_the_score_is_a_share_and_full_exactly_without_faults(expected: Any, calls: Any, order: Any) -> None:
    report = grade(expected, calls, Policy(order=order))

    assert 0.0 <= report.score <= 1.0
    assert (report.score == 1.0) == report.valid
    assert all(fault.text["en"] and fault.text["fr"] for fault in report.faults)


@settings(max_examples=40, deadline=None)
@given(CALLS, st.randoms())
def test_the_expected_calls_are_right_in_any_order(expected: Any, random: Any) -> None:
    calls = list(expected)
    random.shuffle(calls)

    assert grade(expected, calls).score == 1.0


@settings(max_examples=40, deadline=None)
@given(CALLS, CALLS)
def test_scores_do_not_depend_on_who_is_expected(one: Any, other: Any) -> None:
    assert abs(grade(one, other).score - grade(other, one).score) < 1e-9


@settings(max_examples=40, deadline=None)
@given(CALLS.filter(bool), CALLS, st.data())
def test_correcting_an_argument_never_costs(expected: Any, calls: Any, data: st.DataObject) -> None:
    """Monotony: a call that is one step nearer to the one it stands for is not worth less."""
    before = grade(expected, calls)
    pairs = [pair for pair in before.pairs if pair.wanted is not None and pair.given is not None and pair.score < 1]
    if not pairs:
        return
    pair = data.draw(st.sampled_from(pairs))
    name, right = expected[pair.wanted]
    corrected = list(calls)
    corrected[pair.given] = (name, right)

    assert grade(expected, corrected).score >= before.score - 1e-9


@settings(max_examples=40, deadline=None)
@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))
def test_whatever_stands_where_a_call_should_is_read_without_an_exception(value: Any) -> None:
    call = read_call(value)

    assert isinstance(call.arguments, dict)
    assert call.problem or call.name
