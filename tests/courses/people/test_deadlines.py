"""When work is due for one person, and why."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from courses.catalog.late import LatePolicy
from courses.people.deadlines import Deadline, Grant, deadline

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


NOW = at("2026-03-20T12:00")
BASE = Deadline(
    opens_at=at("2026-03-21T08:00"), due_at=at("2026-03-28T20:00"), closes_at=at("2026-03-30T20:00"), zone=PARIS
)


def test_everybody_has_the_dates_of_the_exercise_and_no_reason() -> None:
    found = deadline(BASE, at=NOW)

    assert (found.due_at, found.closes_at, found.reasons) == (BASE.due_at, BASE.closes_at, ())


def test_days_are_days_of_the_clock_across_a_change_of_the_clock() -> None:
    found = deadline(BASE, grants=[Grant(days=2, reason="ill")], at=NOW)

    assert (found.due_at, found.closes_at) == (at("2026-03-30T20:00"), at("2026-04-01T20:00"))
    assert [reason["fr"] for reason in found.reasons] == ["vous avez reçu un délai\u202f: ill"]
    assert found.everybody == BASE.due_at


def test_the_extension_that_gives_most_counts_and_only_it_is_named() -> None:
    grants = [Grant(days=1, reason="short"), Grant(due_at=at("2026-04-03T20:00"), reason="long", group="Blue")]

    found = deadline(BASE, grants=grants, at=NOW)

    assert found.due_at == at("2026-04-03T20:00")
    assert found.closes_at == at("2026-04-05T20:00")
    assert [reason["en"] for reason in found.reasons] == ["your group “Blue” was given an extension: long"]


def test_an_extension_never_takes_time_away() -> None:
    found = deadline(BASE, grants=[Grant(due_at=at("2026-03-22T20:00"), reason="?")], at=NOW)

    assert (found.due_at, found.reasons) == (BASE.due_at, ())


@pytest.mark.parametrize(("seconds", "held"), [(0, True), (1, False)])
def test_an_extension_ends_at_its_second(seconds: int, held: bool) -> None:
    grant = Grant(days=3, reason="ill", expires_at=NOW)

    found = deadline(BASE, grants=[grant], at=NOW + timedelta(seconds=seconds))

    assert (found.due_at != BASE.due_at) is held


def test_time_factor_stretches_the_time_since_the_opening() -> None:
    found = deadline(BASE, factor=1.33, at=NOW)

    assert BASE.opens_at is not None
    assert BASE.due_at is not None
    assert found.due_at is not None
    wanted = BASE.opens_at + (BASE.due_at - BASE.opens_at) * 1.33
    assert timedelta(0) <= found.due_at - wanted < timedelta(minutes=1)
    assert found.due_at.second == 0
    assert len(found.reasons) == 1


def test_time_factor_needs_an_opening() -> None:
    found = deadline(Deadline(due_at=BASE.due_at, zone=PARIS), factor=2, at=NOW)

    assert (found.due_at, found.reasons) == (BASE.due_at, ())


def test_factor_and_extension_add_up() -> None:
    found = deadline(
        BASE, factor=2, grants=[Grant(days=1, attempts=2, reason="ill"), Grant(attempts=1, reason="x")], at=NOW
    )

    assert found.due_at == at("2026-04-06T09:00")  # twice 7.5 days of 24 hours after the opening, and a day
    assert found.more_attempts == 3
    assert len(found.reasons) == 3


def test_what_has_no_date_gets_none() -> None:
    found = deadline(Deadline(), grants=[Grant(days=3, due_at=NOW, closes_at=NOW, reason="ill")], at=NOW)

    assert (found.due_at, found.closes_at) == (None, None)


def test_line_ends_where_the_exercise_closes() -> None:
    late = LatePolicy.model_validate({"loss": 0.1, "per": "day"})
    found = deadline(Deadline(due_at=BASE.due_at, closes_at=BASE.closes_at, late=late, zone=PARIS), at=NOW)

    assert [part.credit for part in found.line] == [1.0, 0.9, 0.8]
    assert found.line[-1].ends == BASE.closes_at
    assert found.credit(at("2026-03-29T20:00")) == 0.9
    assert found.credit(at("2026-03-28T20:00")) == 1.0
