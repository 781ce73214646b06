"""`manage.py up` as a person sees it: started, started again, killed, stopped."""

import os
import pty
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.flows import processes
from tests.flows.stack import ROOT, Stack

COUNT_PEOPLE = "from athanor.accounts.models import User\nUser.objects.count()"

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("flows")]


def test_up_starts_keeps_everything_and_leaves_nothing(fresh_stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", fresh_stack.port)):  # another program has the port
        fresh_stack.start()
    assert fresh_stack.lines[0].startswith(f"Port {fresh_stack.port} is taken by another program: using ")
    assert not fresh_stack.url.endswith(f":{fresh_stack.port}")
    assert httpx.get(fresh_stack.url + "/accounts/login/").status_code == 200
    before = fresh_stack.accounts()
    assert list(before) == ["student", "second student", "grader", "instructor", "administrator"]
    assert stat.S_IMODE((fresh_stack.var / "demo-accounts.json").stat().st_mode) == 0o600
    people = fresh_stack.ask(COUNT_PEOPLE)
    assert len(processes.using(fresh_stack.var)) >= 6

    assert fresh_stack.stop(signal.SIGTERM, within=10) == 0
    assert processes.using(fresh_stack.var) == []
    assert fresh_stack.lines[-1] == "Athanor has stopped."

    fresh_stack.start()
    assert not fresh_stack.has_said("migrated")
    assert passwords(fresh_stack.accounts()) == passwords(before)
    assert fresh_stack.ask(COUNT_PEOPLE) == people

    assert fresh_stack.process is not None
    os.kill(fresh_stack.process.pid, signal.SIGKILL)
    fresh_stack.process.wait()
    fresh_stack.wait_for(lambda: processes.using(fresh_stack.var) == [], 10)


def passwords(accounts: dict[str, dict[str, str]]) -> dict[str, str]:
    return {role: account["password"] for role, account in accounts.items()}


def read_until(terminal: int, words: bytes, output: bytes = b"") -> bytes:
    while words not in output:
        try:
            output += os.read(terminal, 4096)
        except OSError:  # make has ended
            pytest.fail(output.decode(errors="replace"))
    return output


def test_ctrl_c_below_make_ends_with_success(fresh_stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(f"up:\n\t@cd {ROOT} && exec {sys.executable} manage.py up\n")
    # What the make of these tests was told (`make test-services DATABASE_URL=…`) would hold for this one, too.
    environment = {name: value for name, value in fresh_stack.environment.items() if name != "MAKEFLAGS"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe("make", ["make", "-C", str(tmp_path), "up"], environment)  # noqa: S606
    said = read_until(terminal, b"Athanor is ready: ")
    os.write(terminal, b"\x03")
    read_until(terminal, b"Athanor has stopped.", said)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert processes.using(fresh_stack.var) == []


def test_second_up_says_that_one_runs_already(stack: Stack) -> None:
    second = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT, env=stack.environment, text=True, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert stack.process is not None
    assert second.stdout.strip() == f"Athanor already runs here: {stack.url} (process {stack.process.pid})."
    assert second.returncode == 1
    assert httpx.get(stack.url + "/accounts/login/").status_code == 200


@pytest.mark.parametrize("service", ["web", "beat", "model", "worker"])
def test_dead_service_is_started_again_and_said_so(stack: Stack, service: str) -> None:
    said = len(stack.lines)
    before = stack.pid_of(service)

    stack.kill(service)

    stack.wait_for(lambda: any("ready again" in line and service in line for line in stack.lines[said:]), 40)
    assert any("was killed by signal 9" in line and service in line for line in stack.lines[said:])
    assert stack.pid_of(service) != before


def test_request_during_a_restart_of_the_web_process_waits_instead_of_failing(stack: Stack) -> None:
    stack.kill("web")
    assert httpx.get(stack.url + "/accounts/login/", timeout=40).status_code == 200
    stack.pid_of("web")
