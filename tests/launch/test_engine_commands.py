import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workers.engines.llama_cpp.evaluation import TASKS

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.services


def test_evaluate_tiny_prints_a_row_for_each_task() -> None:
    out = StringIO()
    call_command("evaluate_tiny", count=1, stdout=out)
    table, targets = (part.splitlines() for part in out.getvalue().strip().split("\n\n"))
    assert table[0] == "| task | n | free | with schema |"
    assert [row.split("|")[1].strip() for row in table[2:]] == [task.name for task in TASKS]
    assert targets[0] == "| target | wanted | measured | |"


def test_evaluate_tiny_says_why_a_file_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no model file"):
        call_command("evaluate_tiny", count=1, model=tmp_path / "no.gguf", stdout=StringIO())


def test_engine_says_why_it_does_not_start(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "engine", "llm", "--model", str(tmp_path / "no.gguf")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.strip()) == (2, f"There is no model file at {tmp_path / 'no.gguf'}.")
