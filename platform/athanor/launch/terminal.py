"""Ctrl-C below `make up`.

A terminal sends Ctrl-C to its whole foreground process group. `make` would be hit, too, and would end as interrupted
although everything was stopped in order. So the launcher, when make has started it at a terminal, becomes the
foreground group alone, and gives the terminal back at its end.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def own_foreground(*, below_make: bool) -> Iterator[None]:
    if not (below_make and _is_in_foreground()):
        yield
        return
    terminal, group_of_make = sys.stdin.fileno(), os.getpgrp()
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # or giving the terminal away would stop us
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # make would not notice, and the terminal would be nobody's
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        with suppress(OSError):  # the terminal may have been closed
            os.tcsetpgrp(terminal, group_of_make)


def _is_in_foreground() -> bool:
    try:
        return os.isatty(sys.stdin.fileno()) and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):  # no standard input at all
        return False
