"""Ends the services when the launcher is gone without having stopped them (kill -9).

It runs as a process of its own with the read end of a pipe: `+<group>` and `-<group>` lines say which process groups
the launcher has started and has seen end. The end of the pipe is the end of the launcher. Standard library only, so
that it starts in milliseconds.
"""

import os
import signal
import sys
import time

PATIENCE = 3.0  # seconds between asking and killing


def read_groups() -> set[int]:
    """Follow the pipe to its end; return the groups that are left."""
    groups: set[int] = set()
    for line in sys.stdin:
        sign, number = line[0], int(line[1:])
        (groups.add if sign == "+" else groups.discard)(number)
    return groups


def signal_group(group: int, number: int) -> bool:
    """Whether the group still exists."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end(groups: set[int]) -> None:
    for group in groups:
        signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(signal_group(group, 0) for group in groups):
        time.sleep(0.05)
    for group in groups:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(read_groups())
