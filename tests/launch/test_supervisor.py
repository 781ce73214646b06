import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from athanor.launch import supervisor as module
from athanor.launch.probes import has_logged
from athanor.launch.service import Service
from athanor.launch.supervisor import Supervisor

SLEEPS = "import time; print('ready now', flush=True); time.sleep(60)"
IS_STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
HAS_A_CHILD = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); {SLEEPS}"
)


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    one = Supervisor(tmp_path / "services.json")
    yield one
    one.stop([])


@pytest.fixture
def sleeper(tmp_path: Path) -> Service:
    return Service(
        "sleeper", (sys.executable, "-S", "-c", SLEEPS), has_logged("ready now"), {}, folder=tmp_path,
        log=tmp_path / "sleeper.log", stop_within=1.0,
    )  # fmt: skip


def pid_of_sleeper(folder: Path) -> int:
    return int(json.loads((folder / "services.json").read_text())["sleeper"]["pid"])


def tick_until_started_again(supervisor: Supervisor, folder: Path, old: int) -> None:
    deadline = time.monotonic() + 10
    while json.loads((folder / "services.json").read_text())["sleeper"]["pid"] in {old, None}:
        supervisor.tick()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_service_is_ready_when_its_probe_says_so(
    supervisor: Supervisor, sleeper: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(sleeper)
    assert supervisor.wait_until_ready("sleeper") == []
    assert capsys.readouterr().out.startswith("  sleeper      ready after ")


def test_killed_service_is_started_again(
    supervisor: Supervisor, sleeper: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(sleeper)
    supervisor.wait_until_ready("sleeper")
    old = pid_of_sleeper(tmp_path)
    os.kill(old, signal.SIGKILL)

    tick_until_started_again(supervisor, tmp_path, old)

    assert supervisor.wait_until_ready("sleeper") == []
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  sleeper      was killed by signal 9; starting it again"
    assert lines[2].startswith("  sleeper      ready again after ")


def test_five_deaths_in_a_minute_are_said_and_pause_the_restarts(
    supervisor: Supervisor, sleeper: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(replace(sleeper, command=(sys.executable, "-S", "-c", "raise SystemExit('no such file')")))

    assert supervisor.wait_until_ready("sleeper") == ["sleeper"]

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[4].startswith("  sleeper      ended with code 1: 5 times within a minute. The others keep running;")
    assert lines[4].endswith("no such file")


def test_hopeless_exit_code_is_final_and_shows_the_last_words(
    supervisor: Supervisor, sleeper: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    command = (sys.executable, "-S", "-c", "import sys; print('the file is truncated'); sys.exit(2)")
    supervisor.add(replace(sleeper, command=command, hopeless=frozenset({2})))

    assert supervisor.wait_until_ready("sleeper") == ["sleeper"]

    expected = "  sleeper      ended with code 2 and is not started again: the file is truncated\n"
    assert capsys.readouterr().out == expected


def test_stop_kills_what_does_not_end_and_what_it_has_started(
    sleeper: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = psutil.Process().children(recursive=True)
    one = Supervisor(tmp_path / "services.json")
    one.add(replace(sleeper, command=(sys.executable, "-S", "-c", IS_STUBBORN), stop_within=0.1))
    one.add(replace(sleeper, name="parent", log=tmp_path / "parent.log", command=(sys.executable, "-c", HAS_A_CHILD)))
    one.wait_until_ready()
    below = [process for process in psutil.Process().children(recursive=True) if process not in before]
    assert len(below) == 4  # the reaper, the two services, the child of one

    one.stop([["sleeper"], ["parent"]])

    assert psutil.wait_procs(below, timeout=5)[1] == []
    assert "  sleeper      did not stop in time and was killed" in capsys.readouterr().out.splitlines()
    assert not (tmp_path / "services.json").exists()


def test_large_log_is_put_aside_at_the_start(supervisor: Supervisor, sleeper: Service) -> None:
    sleeper.log.write_bytes(b"x" * 5_000_001)
    supervisor.add(sleeper)
    supervisor.wait_until_ready("sleeper")
    assert sleeper.log.read_text() == "ready now\n"
    assert sleeper.log.with_suffix(".log.1").stat().st_size == 5_000_001
