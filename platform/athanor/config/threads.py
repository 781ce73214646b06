"""Processes with many threads that do little each: requests, jobs, and the loop that passes words on."""

import sys

SECONDS = 0.001  # that a thread may compute while others wait


def take_short_turns() -> None:
    """A thread that comes back from the database holds a write lock, and others wait for it: it must not stand behind
    the 5 ms that Python gives to whoever computes, once for each statement."""
    sys.setswitchinterval(SECONDS)
