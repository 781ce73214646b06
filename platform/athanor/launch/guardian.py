"""The launcher's end of the pipe to the reaper (`reaper.py`)."""

import subprocess
import sys
from pathlib import Path

REAPER = Path(__file__).with_name("reaper.py")


class Guardian:
    """Tells the reaper which process groups to end should the launcher be killed."""

    def __init__(self) -> None:
        self._reaper = subprocess.Popen(  # noqa: S603  # the command is ours
            [sys.executable, "-I", "-S", str(REAPER)], stdin=subprocess.PIPE, start_new_session=True, bufsize=0
        )

    def watch(self, group: int) -> None:
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """The launcher ends in order: whatever is still watched is ended, too."""
        if self._reaper.stdin is not None:
            self._reaper.stdin.close()
        self._reaper.wait()

    def _tell(self, line: str) -> None:
        try:
            if self._reaper.stdin is not None:
                self._reaper.stdin.write(line.encode("ascii"))
        except BrokenPipeError:
            pass  # somebody killed the reaper; everything still works, only without the safety net
