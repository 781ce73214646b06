"""κ and its interval, against published tables and against the same error found numerically."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.grading.agreement import Weights, agreement, cohen_kappa, confusion
from courses.grading.intervals import Z

Table = Sequence[Sequence[int]]
# Cohen 1960, table 1 (200 patients); Fleiss, Cohen & Everitt 1969, table 1 (200 subjects).
COHEN: Table = [[50, 26, 24], [24, 4, 32], [6, 30, 4]]
FLEISS: Table = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
tables = st.integers(2, 4).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 12), min_size=size, max_size=size), min_size=size, max_size=size)
)
how = st.sampled_from(["none", "linear", "quadratic"])


def pairs(table: Table) -> list[tuple[int, int]]:
    return [(one, other) for one, row in enumerate(table) for other, count in enumerate(row) for _ in range(count)]


def scored(shares: Sequence[Sequence[float]], weights: Weights) -> float:
    """κ of a table of shares by its definition."""
    size, power = len(shares), {"none": 0, "linear": 1, "quadratic": 2}[weights]
    places = range(size)
    off = [[float(i != j) if not power else (abs(i - j) / (size - 1)) ** power for j in places] for i in places]
    total = sum(map(sum, shares))
    rows, columns = [sum(row) for row in shares], [sum(column) for column in zip(*shares, strict=True)]
    seen = sum(off[i][j] * shares[i][j] for i in places for j in places) / total
    chance = sum(off[i][j] * rows[i] * columns[j] for i in places for j in places) / total**2
    return 1 - seen / chance


def numerical_error(table: Table, weights: Weights) -> float:
    """The delta method with derivatives by differences."""
    number, step = sum(map(sum, table)), 1e-6
    shares = [[count / number for count in row] for row in table]
    mean = square = 0.0
    for i, row in enumerate(shares):
        for j, share in enumerate(row):
            moved = [[each + step * ((i, j) == (a, b)) for b, each in enumerate(line)] for a, line in enumerate(shares)]
            less = [[each - step * ((i, j) == (a, b)) for b, each in enumerate(line)] for a, line in enumerate(shares)]
            slope = (scored(moved, weights) - scored(less, weights)) / (2 * step)
            mean, square = mean + share * slope, square + share * slope**2
    return math.sqrt(max(0.0, square - mean**2) / number)


def test_published_tables() -> None:
    found = cohen_kappa(pairs(COHEN))
    assert (round(found.value, 4), found.n, agreement(pairs(COHEN))) == (-0.0923, 200, 0.29)
    found = cohen_kappa(pairs(FLEISS))
    assert round(found.value, 3) == 0.429
    assert round((found.high - found.low) / 2 / Z, 3) == round(numerical_error(FLEISS, "none"), 3)


@given(tables, how)
def test_value_and_interval_are_those_of_the_definition(table: Table, weights: Weights) -> None:
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    assume(sum(count > 0 for count in rows) > 1 and sum(count > 0 for count in columns) > 1)
    found = cohen_kappa(pairs(table), weights, categories=range(len(table)))

    assert found.value == pytest.approx(scored(table, weights), abs=1e-9)
    error = numerical_error(table, weights)
    assert found.low == pytest.approx(max(-1.0, found.value - Z * error), abs=1e-3)
    assert found.high == pytest.approx(min(1.0, found.value + Z * error), abs=1e-3)


@given(tables, how)
def test_who_is_named_first_does_not_matter(table: Table, weights: Weights) -> None:
    there = cohen_kappa(pairs(table), weights, categories=range(len(table)))
    back = cohen_kappa([(b, a) for a, b in pairs(table)], weights, categories=range(len(table)))

    assert (there.value, there.low) == (pytest.approx(back.value, abs=1e-9), pytest.approx(back.low, abs=1e-9))


@given(st.lists(st.sampled_from("abc"), min_size=2))
def test_full_agreement_is_one(said: list[str]) -> None:
    both = [(each, each) for each in said]

    assert agreement(both) == 1.0
    assert cohen_kappa(both).value == pytest.approx(1.0 if len(set(said)) > 1 else 0.0)


def test_nothing_to_tell_apart_says_nothing() -> None:
    for empty in ([], [("yes", "yes")] * 60):
        found = cohen_kappa(empty)
        assert (found.value, found.low, found.high, found.n) == (0.0, -1.0, 1.0, len(empty))
    assert confusion([("a", "b"), ("a", "b"), ("a", "a")]) == {("a", "b"): 2, ("a", "a"): 1}


def test_scale_must_hold_every_category() -> None:
    with pytest.raises(ValueError, match="no category"):
        cohen_kappa([(1, 7)], "linear", categories=[1, 2, 3])
