"""Cells straight from the attempts and their ledgers: what `Standing` must say. For checks; pages read standings."""

from collections import defaultdict
from typing import Any

from courses.attempts.ledger import PEOPLE
from courses.attempts.models import Attempt, Score
from courses.gradebook import book
from courses.gradebook.book import Cell, Entry
from courses.gradebook.models import Standing

State = Attempt.State
Key = tuple[int, int]  # student, exercise


def differences() -> list[Key]:
    """Where the projection is wrong: nowhere, unless somebody wrote into it by hand."""
    expected, found = cells(), kept()
    return sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))


def cells() -> dict[Key, Cell]:
    scores = _scores()
    entries: dict[Key, list[Entry]] = defaultdict(list)
    columns = ("pk", "student_id", "exercise_id", "number", "state", "released_at", "waiting")
    for key, student, exercise, number, state, released, waiting in (
        Attempt.objects.order_by("number").values_list(*columns).iterator()
    ):
        entry = Entry(str(key), number, state != State.OPEN, state == State.GRADED, released is not None)
        entries[student, exercise].append(entry._replace(**scores.get(key, {}), waiting=waiting))
    return {key: book.cell(each) for key, each in entries.items()}


def _scores() -> dict[object, dict[str, Any]]:
    """The entry that counts, by attempt: in the order of the ledger the last one wins."""
    columns = ("attempt_id", "value", "late_credit", "origin", "id")
    return {
        attempt: {"value": value, "credit": credit, "human": origin in PEOPLE, "score_id": key}
        for attempt, value, credit, origin, key in Score.objects.order_by("by_person", "id").values_list(*columns)
    }


def kept() -> dict[Key, Cell]:
    return {(row.student_id, row.exercise_id): cell_of(row) for row in Standing.objects.iterator()}


def cell_of(row: Standing) -> Cell:
    return Cell(
        state=row.state,  # type: ignore[arg-type]  # the same words
        value=row.value,
        late=row.late,
        human=row.human,
        shown=row.shown,
        waiting=row.waiting,
        attempt=str(row.attempt),
        handed_in=row.handed_in,
        score_id=row.score or 0,
    )
