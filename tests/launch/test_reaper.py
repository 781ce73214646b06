import subprocess
import sys
from pathlib import Path

import psutil

from athanor.launch.guardian import Guardian

DIES_WITHOUT_STOPPING = """
import os, signal, sys
from pathlib import Path
from athanor.launch.guardian import Guardian
import subprocess
guardian = Guardian()
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"], start_new_session=True)
guardian.watch(child.pid)
Path(sys.argv[1]).write_text(str(child.pid))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_watched_processes_end_with_a_killed_launcher(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    launcher = subprocess.run([sys.executable, "-c", DIES_WITHOUT_STOPPING, str(file)], check=False)
    assert launcher.returncode == -9
    number = int(file.read_text())
    if psutil.pid_exists(number):  # not ended yet
        assert psutil.wait_procs([psutil.Process(number)], timeout=5)[1] == []


def test_forgotten_processes_are_left_alone() -> None:
    guardian = Guardian()
    child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"], start_new_session=True)
    guardian.watch(child.pid)
    guardian.forget(child.pid)
    guardian.close()
    assert child.poll() is None
    child.kill()
    child.wait()
