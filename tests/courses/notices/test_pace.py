"""When mails go out: in the morning of whoever gets them, or at once but not in bursts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from courses.notices.pace import LONGEST_WAIT, PAUSE, is_due, last_morning, wait_after

PARIS, TOKYO = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo")
MOMENTS = some.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=some.just(UTC))  # noqa: DTZ001  # zones are added


@pytest.mark.parametrize(
    ("made", "sent", "now", "due"),
    [
        ((5, 20), None, (6, 4), False),  # UTC hours of two days; in Paris it is an hour later in winter
        ((5, 20), None, (6, 6), True),
        ((6, 8), None, (6, 20), False),  # made after this morning: tomorrow
        ((5, 20), (6, 6), (6, 9), False),  # this morning's mail went out
        ((5, 3), (4, 6), (6, 13), True),  # missed in the morning: later that day
    ],
)
def test_once_a_day_is_in_the_morning(
    made: tuple[int, int], sent: tuple[int, int] | None, now: tuple[int, int], due: bool
) -> None:
    def at(moment: tuple[int, int]) -> datetime:
        return datetime(2026, 2, moment[0], moment[1], 30, tzinfo=UTC)

    sent_at = at(sent) if sent else None
    assert is_due("daily", oldest=at(made), sent_at=sent_at, now=at(now), zone=PARIS) is due


def test_at_once_waits_for_the_burst_to_end_and_never_is_never() -> None:
    now = datetime(2026, 2, 3, 12, tzinfo=UTC)

    assert is_due("at_once", oldest=now, sent_at=None, now=now, zone=UTC)
    assert not is_due("at_once", oldest=now, sent_at=now - PAUSE / 2, now=now, zone=UTC)
    assert is_due("at_once", oldest=now, sent_at=now - PAUSE, now=now, zone=UTC)
    assert not is_due("never", oldest=now - timedelta(days=9), sent_at=None, now=now, zone=UTC)


@given(MOMENTS, some.sampled_from([PARIS, TOKYO, ZoneInfo("America/St_Johns"), UTC]))
def test_last_morning_is_at_seven_there_and_within_a_day(now: datetime, zone: ZoneInfo) -> None:
    morning = last_morning(now, zone)

    assert (morning.hour, morning.minute) == (7, 0)
    assert timedelta() <= now - morning <= timedelta(hours=25)  # the longest day has 25


@given(some.integers(1, 100))
def test_waits_grow_and_end(failures: int) -> None:
    assert timedelta(minutes=5) <= wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT
