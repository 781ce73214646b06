"""How often a person, and an address, may guess a join code. Only wrong guesses count: a class joins all at once.

Counted in the cache. Without the cache nobody is counted: a lost Redis must not lock a class out.
"""

import time
from dataclasses import dataclass

from django.core.cache import cache

WINDOW = 300  # seconds
WRONG_CODES_PER_PERSON = 10
WRONG_CODES_PER_ADDRESS = 50  # a school often has one address for everybody


class TooManyTries(Exception):
    """Too many wrong codes. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many wrong codes; again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Counter:
    key: str
    most: int


def _counters(user_id: int, address: str, now: float) -> tuple[_Counter, ...]:
    window = int(now // WINDOW)
    return (
        _Counter(f"wrong-code:user:{user_id}:{window}", WRONG_CODES_PER_PERSON),
        _Counter(f"wrong-code:address:{address}:{window}", WRONG_CODES_PER_ADDRESS),
    )


def check_can_try_code(*, user_id: int, address: str) -> None:
    """Raise TooManyTries where the person or the address guessed wrong too often in this window."""
    now = time.time()
    counters = _counters(user_id, address, now)
    seen = cache.get_many([counter.key for counter in counters])
    if any(seen.get(counter.key, 0) >= counter.most for counter in counters):
        raise TooManyTries(retry_after=max(1, int(WINDOW - now % WINDOW)))


def note_wrong_code(*, user_id: int, address: str) -> None:
    for counter in _counters(user_id, address, time.time()):
        cache.add(counter.key, 0, timeout=WINDOW)
        try:
            cache.incr(counter.key)
        except ValueError:
            continue  # the cache lost it between the two lines, or is not there: nothing is counted
