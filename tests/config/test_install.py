"""The lock files belong to pyproject.toml and hold no address."""

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
    done = subprocess.run(["make", "install", "PYTHON=false"], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stdout.splitlines()[0].startswith("Athanor needs Python 3.11 or newer; 'false' is")
