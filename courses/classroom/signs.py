"""Who may need help, from what they did. Pure.

A sign is a reason to look, no judgement: somebody may read for ten minutes and be well.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FAILED_RUNS = 3  # in a row
FAILED_ATTEMPTS = 2  # handed in, in a row, without passing
LONG_WAIT = timedelta(seconds=60)


class Sign(StrEnum):
    """From the most to the least urgent."""

    HAND = "hand"  # asks for help
    FAILING = "failing"  # several runs failed, or several attempts did not pass
    WAITING = "waiting"  # waits long for a model
    QUIET = "quiet"  # no progress for a while
    WORKING = "working"
    DONE = "done"  # passed what was worked on last


URGENCY = {sign: place for place, sign in enumerate(Sign)}
STUCK = frozenset({Sign.HAND, Sign.FAILING, Sign.WAITING, Sign.QUIET})


@dataclass(frozen=True, slots=True)
class Did:
    """What one student did during the session."""

    last_at: datetime  # the last run, draft or submission
    hand_since: datetime | None = None
    waiting_since: datetime | None = None  # the oldest of their jobs that has not begun
    runs_failed: int = 0  # in a row, the latest ones
    attempts_failed: int = 0  # in a row, the latest ones at this exercise
    passed: bool = False  # the latest attempt


def sign_of(did: Did, now: datetime, quiet: timedelta) -> Sign:
    """The most urgent sign that holds."""
    if did.hand_since is not None:
        return Sign.HAND
    if did.runs_failed >= FAILED_RUNS or did.attempts_failed >= FAILED_ATTEMPTS:
        return Sign.FAILING
    if did.waiting_since is not None:
        return Sign.WAITING if now - did.waiting_since >= LONG_WAIT else Sign.WORKING
    if did.passed:
        return Sign.DONE
    return Sign.QUIET if now - did.last_at >= quiet else Sign.WORKING


def in_a_row(latest_first: Iterable[bool]) -> int:
    """How many of the latest are true before the first that is not."""
    count = 0
    for each in latest_first:
        if not each:
            return count
        count += 1
    return count


def tally(signs: Iterable[Sign]) -> dict[Sign, int]:
    """Every sign with how many show it, also 0."""
    counts = Counter(signs)
    return {sign: counts[sign] for sign in Sign}
