"""When a server that fails is left alone, and how it comes back. Pure.

Two breakers, because a server can fail in two ways that say nothing of each other:

- *connections*: it cannot be reached, refuses for now, or does not answer a probe like a model server. Opens at the
  first failure, rests, and closes when a probe is answered.
- *answers*: it takes the work and fails at it. One failed answer may be the request's doing; FAULTS_BEFORE_REST in a
  row open it. A probe that is answered does not close it: such a server answers probes all the time. After its rest it
  is half open: one job at a time, until one succeeds.

A rest doubles with each failure, from 2 s to LONGEST_REST.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

FAULTS_BEFORE_REST = 3
LONGEST_REST = 60.0  # seconds


class Breaker(StrEnum):
    CLOSED = "closed"  # all is well
    OPEN = "open"  # no job before the end of the rest
    HALF_OPEN = "half_open"  # the rest is over, and nothing has succeeded since


class Server(Protocol):
    """What is read of a server's row."""

    slots: int
    connect_failures: int
    answer_failures: int
    retry_at: datetime | None


def rest(failures: int) -> float:
    """Seconds without a job after so many failures in a row."""
    return float(min(2.0 ** min(failures, 6), LONGEST_REST))


def connections(server: Server, now: datetime) -> Breaker:
    return _state(server, now, failing=server.connect_failures > 0)


def answers(server: Server, now: datetime) -> Breaker:
    return _state(server, now, failing=server.answer_failures >= FAULTS_BEFORE_REST)


def slots(server: Server) -> int:
    """How many jobs a server that rests no more may have at once."""
    return 1 if server.answer_failures >= FAULTS_BEFORE_REST else server.slots


def _state(server: Server, now: datetime, *, failing: bool) -> Breaker:
    if not failing:
        return Breaker.CLOSED
    return Breaker.OPEN if server.retry_at is not None and server.retry_at > now else Breaker.HALF_OPEN
