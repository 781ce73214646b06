"""The credit line of late work, second by second and across the nights on which clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from courses.catalog.late import LatePolicy, shifted

PARIS = ZoneInfo("Europe/Paris")
STEPS = {"grace": "10 min", "steps": [{"after": "0 min", "credit": 0.8}, {"after": "2 days", "credit": 0.5}]}
DAILY = {"loss": 0.1, "per": "day", "least": 0.5}


def policy(data: dict[str, Any]) -> LatePolicy:
    return LatePolicy.model_validate(data)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


SECOND = timedelta(seconds=1)
TINY = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("data", "due", "accepted", "credit"),
    [
        (STEPS, "2026-05-12T23:59:00", "2026-05-12T23:59:00", 1.0),
        (STEPS, "2026-05-12T23:59:00", "2026-05-13T00:09:00", 1.0),  # the last moment of the grace
        (STEPS, "2026-05-12T23:59:00", "2026-05-13T00:09:01", 0.8),
        (STEPS, "2026-05-12T23:59:00", "2026-05-15T00:09:00", 0.8),
        (STEPS, "2026-05-12T23:59:00", "2026-05-15T00:09:01", 0.5),
        (STEPS, "2026-05-12T23:59:00", "2027-05-15T00:09:01", 0.5),
        (DAILY, "2026-05-12T23:59:00", "2026-05-12T23:59:01", 0.9),
        (DAILY, "2026-05-12T23:59:00", "2026-05-13T23:59:00", 0.9),
        (DAILY, "2026-05-12T23:59:00", "2026-05-13T23:59:01", 0.8),
        (DAILY, "2026-05-12T23:59:00", "2026-05-17T23:59:01", 0.5),
        (DAILY, "2026-05-12T23:59:00", "2026-08-01T00:00:00", 0.5),
        # 29 March 2026 has 23 hours in Paris, 25 October has 25: a day late ends at 23:59 all the same.
        (DAILY, "2026-03-28T23:59:00", "2026-03-29T23:59:00", 0.9),
        (DAILY, "2026-03-28T23:59:00", "2026-03-29T23:59:01", 0.8),
        (DAILY, "2026-10-24T23:59:00", "2026-10-25T23:59:00", 0.9),
        (DAILY, "2026-10-24T23:59:00", "2026-10-25T23:59:01", 0.8),
        # Due at 02:30, a time that the next night does not have: the day ends an hour later by the clock, 24 h in all.
        (DAILY, "2026-03-28T02:30:00", "2026-03-29T03:30:00", 0.9),
        (DAILY, "2026-03-28T02:30:00", "2026-03-29T03:30:01", 0.8),
        # Hours are elapsed time, whatever the clock says.
        ({"loss": 0.25, "per": "hour"}, "2026-03-29T01:30:00", "2026-03-29T03:30:00", 0.75),
        ({"loss": 0.25, "per": "hour"}, "2026-03-29T01:30:00", "2026-03-29T03:30:01", 0.5),
        ({"loss": 0.3, "per": "day"}, "2026-05-12T12:00:00", "2026-05-20T12:00:00", 0.0),
        ({"loss": 0.1, "smooth": True}, "2026-05-12T12:00:00", "2026-05-13T00:00:00", 0.95),
        ({"loss": 0.1, "smooth": True}, "2026-05-12T12:00:00", "2026-05-14T12:00:00", 0.8),
        ({"loss": 0.1, "smooth": True, "least": 0.75}, "2026-05-12T12:00:00", "2026-05-30T12:00:00", 0.75),
    ],
)
def test_credit(data: dict[str, Any], due: str, accepted: str, credit: float) -> None:
    assert policy(data).credit(local(accepted), local(due), PARIS) == pytest.approx(credit)


def test_smallest_moment_after_a_boundary_belongs_to_the_next_part() -> None:
    due = local("2026-05-12T23:59:00")

    assert policy(DAILY).credit(due, due, PARIS) == 1.0
    assert policy(DAILY).credit(due + TINY, due, PARIS) == 0.9


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=40))
policies = st.one_of(
    st.builds(
        lambda loss, per, least, smooth: policy({"loss": loss, "per": per, "least": least, "smooth": smooth}),
        st.sampled_from([0.05, 0.1, 0.3, 1.0]), st.sampled_from(["hour", "day"]), st.sampled_from([0.0, 0.4, 0.95]),
        st.booleans(),
    ),
    st.just(policy(STEPS)),
)  # fmt: skip


@given(
    policies, moments, st.timedeltas(timedelta(0), timedelta(days=40)), st.timedeltas(timedelta(0), timedelta(days=9))
)
def test_credit_never_rises_and_the_line_has_no_holes(
    found: LatePolicy, due: datetime, late: timedelta, more: timedelta
) -> None:
    earlier, later = found.credit(due + late, due, PARIS), found.credit(due + late + more, due, PARIS)
    line = found.line(due, PARIS)

    assert 0.0 <= later <= earlier <= 1.0
    assert [part.ends for part in line[:-1]] == [part.begins for part in line[1:]]
    assert (line[0].begins, line[-1].ends) == (None, None)


@given(moments, st.integers(0, 400))
def test_days_keep_the_time_of_the_clock(moment: datetime, days: int) -> None:
    there = shifted(moment, f"{days} d", PARIS).astimezone(PARIS)
    clock = moment.astimezone(PARIS)
    skipped = (there - timedelta(hours=1)).utcoffset() != there.utcoffset()  # right after a change

    assert (there.date() - clock.date()).days == days
    assert skipped or (there.hour, there.minute) == (clock.hour, clock.minute)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "either `steps` or `loss`"),
        ({**STEPS, "loss": 0.1}, "either `steps` or `loss`"),
        ({"steps": [{"after": "1 h", "credit": 0.5}, {"after": "2 h", "credit": 0.6}]}, "never rises"),
        ({"steps": [{"after": "25 h", "credit": 0.5}, {"after": "1 day", "credit": 0.4}]}, "comes `after`"),
        ({"loss": 0.0001}, "too small"),
        ({"loss": 0}, "greater than 0"),
        ({"loss": float("nan")}, "less than or equal to 1"),
        ({"loss": 0.1, "grace": "soon"}, "is written like"),
        ({"loss": 0.1, "gracious": "1 h"}, "Extra inputs"),
    ],
)
def test_author_is_told(data: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        policy(data)
