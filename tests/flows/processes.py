"""Processes of this machine, found by what only they have: the state folder in their environment."""

from pathlib import Path

import psutil


def using(var: Path) -> list[psutil.Process]:
    """Every live process whose environment names this state folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("ATHANOR_VAR") == str(var) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # it has just ended, or is not ours
    return found
