"""Processes that live long, with many threads that do little each: the web and the workers."""

import gc
import sys

SECONDS = 0.001  # that a thread may compute while others wait
THRESHOLDS = (10_000, 20, 20)  # of the garbage collector's generations


def settle() -> None:
    """Called once, when everything is imported.

    A thread that comes back from the database may hold a write lock that others wait for: it must not stand behind the
    5 ms that Python gives to whoever computes, once for each statement. And what was imported stays: looking through
    all of it for garbage takes a tenth of a second, in which nobody is answered.
    """
    sys.setswitchinterval(SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
