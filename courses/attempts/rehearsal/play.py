"""A class that asks, reads, thinks and asks again, until the time is over."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from courses.attempts import services
from courses.attempts.errors import AttemptRefused
from courses.catalog.models import Exercise
from courses.kinds.work import Refusal
from workers.scheduling.errors import NoSuchAlias, QuotaUsed, TooManyJobs
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL

SECONDS_BETWEEN_LOOKS = 0.2
LONGEST_TAIL = 120.0  # seconds after the end in which the last answers must come


@dataclass
class Seat:
    """One student: waits for an answer, or thinks until `asks_at`."""

    person: AbstractUser
    asks_at: float
    job: UUID | None = None
    answers: int = 0


@dataclass
class Played:
    """What happened."""

    jobs: list[UUID] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)  # by code
    limits: int = 0  # students whom the exercise's own limits stopped, after an answer: no trouble
    unfinished: int = 0
    seconds: float = 0.0


Show = Callable[[float, Played, int], None]  # seconds so far, what happened, how many wait


def play(
    exercise: Exercise,
    people: Sequence[AbstractUser],
    payload: Mapping[str, Any],
    *,
    seconds: float,
    think: float,
    show: Show,
    chance: random.Random,
) -> Played:
    """Let them work for so long; `think`: seconds between an answer and the next question, on average."""
    played, began = Played(), time.monotonic()
    seats = [Seat(person, chance.uniform(0, min(think, seconds / 2))) for person in people]
    while (now := time.monotonic() - began) < seconds + LONGEST_TAIL:
        _hear(seats, now, think, chance)
        if now < seconds:
            for seat in seats:
                if seat.job is None and seat.asks_at <= now:
                    _ask(seat, exercise, payload, played, now)
        waiting = sum(seat.job is not None for seat in seats)
        show(now, played, waiting)
        if now >= seconds and not waiting:
            break
        time.sleep(SECONDS_BETWEEN_LOOKS)
    played.unfinished = sum(seat.job is not None for seat in seats)
    played.seconds = time.monotonic() - began
    return played


def _hear(seats: Sequence[Seat], now: float, think: float, chance: random.Random) -> None:
    asked = {seat.job: seat for seat in seats if seat.job is not None}
    ended = Job.objects.filter(pk__in=list(asked), state__in=TERMINAL).values_list("pk", flat=True)
    for job in ended:
        asked[job].answers += 1
        asked[job].job, asked[job].asks_at = None, now + chance.expovariate(1 / think)


def _ask(seat: Seat, exercise: Exercise, payload: Mapping[str, Any], played: Played, now: float) -> None:
    try:
        attempt = services.begin(student=seat.person, exercise=exercise)
        seat.job = services.start_run(attempt=attempt, payload=payload).job_id
    except (TooManyJobs, QuotaUsed) as error:
        played.refused[type(error).__name__] += 1
        seat.asks_at = now + error.retry_after
    except NoSuchAlias as error:
        played.refused[type(error).__name__] += 1
        seat.asks_at = float("inf")
    except (AttemptRefused, Refusal) as error:
        seat.asks_at = float("inf")  # the same question would be refused again
        if seat.answers:
            played.limits += 1
        else:
            played.refused[error.code] += 1
    else:
        played.jobs.append(seat.job)
