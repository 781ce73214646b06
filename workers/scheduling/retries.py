"""What becomes of a job whose run failed. Pure."""

from dataclasses import dataclass

from workers.backends.errors import BackendError
from workers.scheduling.states import State

SECONDS_BEFORE_RETRY = (2.0, 10.0)  # after the first, the second counted failure
SECONDS_UNCOUNTED = 2.0
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Verdict:
    state: State  # QUEUED, FAILED or DEAD
    delay: float = 0.0  # seconds before it may run again
    counted: bool = True  # whether the run counts against the tries


def after(error: BackendError, *, tries: int, most_tries: int, elsewhere: bool) -> Verdict:
    """`tries` includes the run that failed; `elsewhere`: another server, which has not failed it, could take it."""
    if not error.passes:
        # A wrong request is wrong everywhere; a server that is not set up for it is not the only one, and one that
        # is not set up at all gets nothing more until a probe finds it well.
        retry = error.fault == "setup" and (elsewhere or error.mends) and tries < most_tries
        return Verdict(State.QUEUED, 0.0 if elsewhere else _pause(tries)) if retry else Verdict(State.FAILED)
    if not error.counts:
        return Verdict(State.QUEUED, min(error.retry_after or SECONDS_UNCOUNTED, LONGEST_WAIT), counted=False)
    if tries >= most_tries:
        return Verdict(State.DEAD)
    return Verdict(State.QUEUED, 0.0 if elsewhere else min(error.retry_after or _pause(tries), LONGEST_WAIT))


def _pause(tries: int) -> float:
    return SECONDS_BEFORE_RETRY[min(tries, len(SECONDS_BEFORE_RETRY)) - 1]
