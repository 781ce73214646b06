"""The lock files belong to pyproject.toml and hold no address."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_lock_files_belong_to_the_project() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/lock.py", "--check"], cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_versions_and_hashes_and_no_address(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if not line.startswith("#")]
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    assert all("==" in line or line.startswith("    --hash=sha256:") for line in lines)
    assert not [line for line in lines if line.startswith(("torch", "nvidia"))]


def test_too_old_python_is_told_so() -> None:
    # These tests may run below a make of their own, whose flags are not meant for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "install", "PYTHON=false"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stdout.splitlines()[0].startswith("Athanor needs Python 3.11 or newer; 'false' is")
