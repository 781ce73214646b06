"""Who may need help, by hand and for whatever somebody may have done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.classroom.signs import Did, Sign, in_a_row, sign_of, tally

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
QUIET = timedelta(minutes=5)
BUSY = Did(last_at=NOW - timedelta(minutes=1))


def ago(**length: int) -> datetime:
    return NOW - timedelta(**length)


@pytest.mark.parametrize(
    ("did", "sign"),
    [
        (BUSY, Sign.WORKING),
        (replace(BUSY, last_at=ago(minutes=5)), Sign.QUIET),
        (replace(BUSY, last_at=ago(minutes=30), passed=True), Sign.DONE),
        (replace(BUSY, waiting_since=ago(seconds=59)), Sign.WORKING),
        (replace(BUSY, waiting_since=ago(seconds=60)), Sign.WAITING),
        (replace(BUSY, last_at=ago(minutes=30), waiting_since=ago(seconds=5)), Sign.WORKING),
        (replace(BUSY, runs_failed=2), Sign.WORKING),
        (replace(BUSY, runs_failed=3), Sign.FAILING),
        (replace(BUSY, attempts_failed=2), Sign.FAILING),
        (replace(BUSY, attempts_failed=2, hand_since=ago(minutes=1)), Sign.HAND),
    ],
)
def test_most_urgent_sign_wins(did: Did, sign: Sign) -> None:
    assert sign_of(did, NOW, QUIET) == sign


@given(st.integers(0, 9), st.integers(0, 9), st.booleans(), st.integers(0, 999))
def test_raised_hand_is_never_overlooked(runs: int, attempts: int, passed: bool, seconds: int) -> None:
    did = Did(ago(seconds=seconds), NOW, ago(seconds=seconds), runs, attempts, passed)

    assert sign_of(did, NOW, QUIET) == Sign.HAND


def test_only_the_latest_in_a_row_count() -> None:
    assert in_a_row([True, True, False, True]) == 2
    assert in_a_row([]) == 0


def test_tally_names_every_sign() -> None:
    assert tally([Sign.HAND, Sign.HAND]) == {**dict.fromkeys(Sign, 0), Sign.HAND: 2}
