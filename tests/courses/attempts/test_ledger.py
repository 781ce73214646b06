"""Which entry of the ledger counts, whatever was written and in whatever order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from courses.attempts import ledger, selectors
from courses.attempts.models import Attempt, Score
from tests.courses.recorded import exercise_for, submitted
from tests.factories import make_grader, make_student

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MACHINES = ("auto", "regrade", "late")
ORIGINS = st.sampled_from([*MACHINES, *ledger.PEOPLE])


@dataclass(frozen=True)
class Entry:
    id: int
    origin: str
    created_at: datetime


def entries(origins: list[str]) -> list[Entry]:
    """One an hour."""
    return [Entry(at + 1, origin, BEGIN + timedelta(hours=at)) for at, origin in enumerate(origins)]


@given(st.lists(ORIGINS, max_size=12), st.sampled_from(MACHINES))
def test_no_machine_moves_what_a_person_decided(origins: list[str], machine: str) -> None:
    before, after = ledger.current(entries(origins)), ledger.current(entries([*origins, machine]))

    decided = any(origin in ledger.PEOPLE for origin in origins)
    assert after is not None
    assert (after == before) == decided
    assert after.id == (before.id if decided and before else len(origins) + 1)


@given(st.lists(ORIGINS, max_size=12), st.sampled_from(ledger.PEOPLE))
def test_newest_decision_of_a_person_counts(origins: list[str], person: str) -> None:
    found = ledger.current(entries([*origins, person]))

    assert found is not None
    assert found.id == len(origins) + 1


@given(st.lists(ORIGINS, max_size=12), st.integers(-1, 12), st.randoms())
def test_past_is_what_was_known_then_in_any_order_of_reading(origins: list[str], hours: int, random: object) -> None:
    then, all_ = BEGIN + timedelta(hours=hours), entries(origins)
    shuffled = sorted(all_, key=lambda _: random.random())  # type: ignore[attr-defined]

    assert ledger.current(shuffled, at=then) == ledger.current(entries(origins[: max(0, hours + 1)]))


@pytest.fixture
def attempt(db: None) -> Attempt:
    exercise = exercise_for()
    return submitted(make_student(course=exercise.module.course), exercise)


def test_database_orders_as_the_rule_says(attempt: Attempt) -> None:
    bob = make_grader(course=attempt.exercise.module.course)
    for origin in ("regrade", "late", "human", "auto", "inquiry", "regrade"):
        signed = {"decided_by": bob, "reason": "x"} if origin in ("regrade", *ledger.PEOPLE) else {}
        Score.objects.create(attempt=attempt, origin=origin, value=0.5, rubric=attempt.rubric, **signed)

    rows = list(attempt.scores.all())
    assert selectors.current_score(attempt) == ledger.current(rows) == rows[-2]
    for row in rows:
        assert selectors.score_as_of(attempt, row.created_at) == ledger.current(rows, at=row.created_at)
    assert selectors.score_as_of(attempt, rows[0].created_at - timedelta(seconds=1)) is None


def test_database_computes_who_decided_and_lets_nobody_write_it(attempt: Attempt) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE attempts_score SET by_person = 1")


@pytest.mark.parametrize(("origin", "signed"), [("inquiry", False), ("regrade", False), ("auto", True)])
def test_people_sign_and_machines_do_not(attempt: Attempt, origin: str, signed: bool) -> None:
    by = make_grader(course=attempt.exercise.module.course) if signed else None
    fields = {"attempt": attempt, "value": 1.0, "rubric": attempt.rubric, "reason": "x"}

    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(origin=origin, decided_by=by, **fields)
