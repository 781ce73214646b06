"""Cells, totals and statistics against numbers that were calculated by hand."""

import math
from typing import Any

import pytest

from courses.gradebook import book, statistics
from courses.gradebook.book import Cell, Entry
from courses.gradebook.cells import plain


def entry(number: int = 1, value: float | None = None, **fields: Any) -> Entry:
    return Entry(str(number), number, **{"submitted": True, "graded": True, "released": True, "value": value, **fields})


def shown(value: float) -> Cell:
    return Cell("released", value, shown=True, handed_in=1)


def test_best_shown_mark_counts_and_brings_its_own_marks() -> None:
    first, second = entry(1, 0.6, credit=0.5, human=True), entry(2, 0.4)
    better = entry(3, 0.9, released=False, waiting=True)  # the student does not see it yet

    found = book.cell([first, second, better])

    assert (found.value, found.attempt, found.late, found.human, found.shown) == (0.6, "1", True, True, True)
    assert (found.state, found.waiting, found.handed_in) == ("released", True, 3)


def test_mark_that_is_not_shown_stands_in_for_none() -> None:
    found = book.cell([entry(1, None), entry(2, 0.3, released=False)])

    assert (found.value, found.shown, found.attempt) == (0.3, False, "2")


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        ([], "missing"),
        ([entry(submitted=False, graded=False, released=False)], "open"),
        ([entry(graded=False, released=False)], "grading"),
        ([entry(released=False)], "waiting"),
        ([entry(1, 0.0), entry(2, submitted=False, graded=False, released=False)], "released"),
    ],
)
def test_state_of_a_cell(entries: list[Entry], state: str) -> None:
    assert book.cell(entries).state == state


def test_full_mark_falls_into_the_last_bin() -> None:
    found = statistics.distribution([0.0, 0.09, 0.1, 0.3, 0.7, 1.0])

    assert [each.count for each in found] == [2, 1, 0, 1, 0, 0, 0, 1, 0, 1]


def test_point_biserial_by_hand() -> None:
    # M1 = 0.8, M0 = 0.3, s = √0.08, p = 0.6: 0.5 / √0.08 × √0.24 = √0.75
    pairs = [(True, 0.8), (True, 0.6), (False, 0.4), (False, 0.2), (True, 1.0)]

    found = statistics.point_biserial(pairs)

    assert found == pytest.approx(math.sqrt(0.75))
    assert statistics.point_biserial(pairs[:4]) is None  # too few
    assert statistics.point_biserial([(True, rest) for _passed, rest in pairs]) is None
    assert statistics.point_biserial([(passed, 0.5) for passed, _rest in pairs]) is None


def test_rest_score_leaves_the_exercise_itself_out() -> None:
    cells = {1: shown(1.0), 2: shown(0.5), 3: shown(0.0), 4: Cell("grading")}

    assert statistics.rest_score(cells, 1, {1: 10.0, 2: 30.0, 3: 10.0, 4: 50.0}) == pytest.approx(0.375)
    assert statistics.rest_score({1: shown(1.0)}, 1, {1: 10.0}) is None


def finding(key: str, score: float | None, *members: Any) -> dict[str, Any]:
    return {"id": key, "title": {"en": key}, "score": score, "members": list(members)}


def test_statistics_of_an_exercise_by_hand() -> None:
    lines = [{1: shown(1.0)}, {1: shown(0.5)}, {1: shown(0.0)}, {1: Cell("open")}, {}]
    findings = [[finding("a", 1.0), finding("b", None)], [finding("a", 0.5)], [finding("a", 0.0, finding("c", 1.0))]]

    found = statistics.statistics(1, 0.5, lines, {1: 10.0}, findings)

    assert (found.students, found.handed_in, found.attempts, found.marked) == (5, 3, 3, 3)
    assert (found.difficulty, found.passed) == (0.5, pytest.approx(2 / 3))
    rates = {rate.id: (rate.judged, rate.unscored, rate.passed, rate.mean) for rate in found.criteria}
    assert rates == {"a": (3, 0, pytest.approx(1 / 3), 0.5), "b": (0, 1, None, None), "c": (1, 0, 1.0, 1.0)}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_no_text_begins_a_formula(text: str) -> None:
    assert plain(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Zoé", "a=b", "1-2", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text
