"""How long `manage.py up` takes to the ready line: the first start of a state folder, then three more.

python .ci/bench_start.py
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY = "Athanor is ready: "
TARGET = 15.0  # seconds for the first start


def start_and_stop(var: str) -> tuple[float, float]:
    """Seconds to the ready line, and from SIGTERM to the end."""
    environment = {**os.environ, "ATHANOR_VAR": var, "PORT": "8700"}
    command = [sys.executable, "manage.py", "up"]
    begin = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith(READY):
                break
        else:
            raise SystemExit("".join(lines))
        ready = time.monotonic() - begin
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate()
    return ready, time.monotonic() - begin


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="athanor-") as var:
        for name in ("first start", "second", "third", "fourth"):
            ready, stopped = start_and_stop(var)
            print(f"{name:<12} ready after {ready:5.1f} s, stopped after {stopped:4.1f} s", flush=True)
    print(f"Wanted: at most {TARGET:.0f} s for the first start, on an idle machine. Load now: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
