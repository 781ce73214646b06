import os
from pathlib import Path

import pytest

from athanor.launch.run_lock import AlreadyRunning, RunLock


def test_second_lock_names_the_site_that_runs(tmp_path: Path) -> None:
    first, second = RunLock(tmp_path / "up.lock"), RunLock(tmp_path / "up.lock")
    first.acquire()
    first.describe(pid=os.getpid(), url="http://127.0.0.1:8000")

    with pytest.raises(AlreadyRunning) as refusal:
        second.acquire()

    assert str(refusal.value) == f"Athanor already runs here: http://127.0.0.1:8000 (process {os.getpid()})."
    first.release()
    second.acquire()
    second.release()


def test_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    (tmp_path / "up.lock").write_text('{"pid": 1, "url": "http://127.0.0.1:8000"}')
    lock = RunLock(tmp_path / "up.lock")
    lock.acquire()
    lock.release()
