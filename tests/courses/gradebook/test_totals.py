"""Totals against numbers calculated by hand, and against trying every choice."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.gradebook.totals import Item, Part, best, total, weights

ITEMS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda pair: (min(pair), max(pair))), max_size=7
).map(lambda pairs: [Item(str(n), got, most) for n, (got, most) in enumerate(pairs)])


def share(items: list[Item]) -> float:
    most = sum(each.most for each in items)
    return sum(each.got for each in items) / most if most else 0.0


@given(items=ITEMS, drop=st.integers(0, 8))
def test_no_other_choice_would_serve_the_student_better(items: list[Item], drop: int) -> None:
    kept, dropped = best(items, drop)

    able = [each for each in items if each.most]
    number = max(0, min(drop, len(able) - 1))
    choices = itertools.combinations(able, len(able) - number)
    assert len(dropped) == number
    assert sorted([*(each.key for each in kept), *dropped]) == sorted(each.key for each in items)
    assert share(kept) == pytest.approx(max(share(list(choice)) for choice in choices))


def test_lowest_share_is_not_always_the_one_to_drop() -> None:
    # Without "c", whose share is the lowest, 100 of 200 are left; without "b" 81 of 120.
    items = [Item("a", 80, 100), Item("b", 20, 100), Item("c", 1, 20)]

    kept, dropped = best(items, 1)

    assert (sorted(dropped), share(kept)) == (["b"], pytest.approx(81 / 120))


def test_total_of_plain_points() -> None:
    found = total([Part("one", [Item("a", 5, 10), Item("b", 0, 10)]), Part("two", [Item("c", 20, 20)])])

    assert (found.points, found.of, found.dropped) == (25, 40, frozenset())


def test_dropped_marks_leave_both_sums() -> None:
    found = total([Part("one", [Item("a", 5, 10), Item("b", 0, 10)], drop=1), Part("two", [Item("c", 20, 20)])])

    assert (found.points, found.of, found.dropped) == (25, 30, {"b"})


def test_weights_count_instead_of_points() -> None:
    parts = [
        Part("one", [Item("a", 5, 10)], weight=30),
        Part("two", [Item("b", 1, 1), Item("c", 0, 3)], weight=60),
        Part("without", [Item("d", 9, 9)]),
        Part("empty", [Item("e", 0, 0)], weight=10),
    ]

    found = total(parts)

    assert (found.points, found.of) == (30, 90)
    assert weights(parts) == {
        "a": pytest.approx(1 / 3),
        "b": pytest.approx(1 / 6),
        "c": pytest.approx(0.5),
        "d": 0,
        "e": 0,
    }
    assert total([]).value is None


@given(parts=st.lists(st.builds(Part, st.uuids().map(str), ITEMS, st.none() | st.integers(0, 9), st.integers(0, 3))))
def test_total_never_leaves_its_range(parts: list[Part]) -> None:
    parts = [replace(part, items=[each._replace(key=f"{n}-{each.key}") for each in part.items])
             for n, part in enumerate(parts)]  # fmt: skip

    found = total(parts)

    assert found.value is None or -1e-9 <= found.value <= 1 + 1e-9
    assert sum(weights(parts).values()) == pytest.approx(1) or not any(weights(parts).values())
