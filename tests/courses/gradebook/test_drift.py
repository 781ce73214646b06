"""Graders beside the machine and beside each other, against numbers calculated by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.gradebook.drift import FEWEST, Difference, Piece, drift, paired, quantile, welch


def test_difference_to_the_machine_by_hand() -> None:
    gaps = [0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2]  # mean 0.15, s² = 0.025/9, 9 degrees of freedom

    found = paired(gaps)

    half = 2.262 * (0.025 / 9 / 10) ** 0.5
    assert (found.mean, found.low, found.high) == (
        pytest.approx(0.15), pytest.approx(0.15 - half), pytest.approx(0.15 + half),
    )  # fmt: skip
    assert found.is_clear


def test_few_pieces_have_no_interval() -> None:
    assert paired([0.5] * (FEWEST - 1)) == Difference(0.5, FEWEST - 1)
    assert not paired([0.5] * (FEWEST - 1)).is_clear
    assert welch([0.5] * 20, [0.1] * 3).low is None


def test_graders_over_the_months() -> None:
    mild = [Piece(1, date(2026, 10 + n % 2, 3), 0.8, 0.6 if n % 2 else 0.7) for n in range(20)]
    strict = [Piece(2, date(2026, 10, 3), 0.4, 0.4) for _ in range(10)]

    first, second = drift([*mild, *strict])

    assert (first.person, first.n, first.mean) == (1, 20, pytest.approx(0.8))
    assert [(month, round(each.mean, 9), each.n) for month, each in first.months] == [
        ("2026-10", 0.1, 10), ("2026-11", 0.2, 10),
    ]  # fmt: skip
    assert first.others is not None
    assert (first.others.mean, first.others.is_clear) == (pytest.approx(0.4), True)
    assert second.machine is not None
    assert (second.machine.mean, second.machine.is_clear) == (0, False)
    assert drift([]) == []
    assert drift([Piece(1, date(2026, 1, 1), 0.5)])[0].machine is None


VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(one=VALUES, other=VALUES)
def test_interval_holds_the_mean(one: list[float], other: list[float]) -> None:
    found = welch(one, other)

    if found.low is not None and found.high is not None:
        assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert found.mean == pytest.approx(-welch(other, one).mean)


def test_quantiles_never_grow_with_the_pieces() -> None:
    assert [quantile(n) for n in (0.5, 1, 9, 11.9, 1e6)] == [12.706, 12.706, 2.262, 2.228, 1.98]
