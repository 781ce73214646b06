"""One launcher per state folder."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any


class AlreadyRunning(Exception):
    """Another launcher uses this state folder."""


class RunLock:
    """Held while the launcher lives; the system frees it however the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Raises AlreadyRunning with the address of the one that runs."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = _read(file.read())
            file.close()
            where = holder.get("url") or "it is still starting"
            raise AlreadyRunning(f"Athanor already runs here: {where} (process {holder.get('pid', '?')}).") from None
        self._file = file
        self.describe(pid=os.getpid())

    def describe(self, **facts: Any) -> None:
        """Write who holds the lock, for the next one that asks."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            json.dump(facts, self._file)
            self._file.flush()

    def release(self) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def _read(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
