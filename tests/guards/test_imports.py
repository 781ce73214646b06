"""The import contracts hold, and each of them catches what it is there for."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.guards.repository import FLOORS, ROOT, tracked_files

LINTER = Path(sys.executable).with_name("lint-imports")

# contract: (file, what is written into it, the import that the linter must name)
SEEDS = {
    "three floors": (
        "workers/events/seed_floor.py", "import courses.texts", "workers.events.seed_floor -> courses.texts",
    ),
    "inside the site": (
        "platform/athanor/accounts/seed_layer.py", "import athanor.web.apps",
        "athanor.accounts.seed_layer -> athanor.web.apps",
    ),
    "inside the courses": (
        "courses/people/seed_layer.py", "import courses.review.models",
        "courses.people.seed_layer -> courses.review.models",
    ),
    "inside the workers": (
        "workers/events/seed_layer.py", "import workers.scheduling.spec",
        "workers.events.seed_layer -> workers.scheduling.spec",
    ),
    "kinds do not know each other": (
        "courses/kinds/seed_kind/__init__.py", "import courses.kinds.chat.plan",
        "courses.kinds.seed_kind -> courses.kinds.chat.plan",
    ),
    "criteria do not know each other": (
        "courses/grading/criteria/seed_criterion.py", "import courses.grading.criteria.length",
        "courses.grading.criteria.seed_criterion -> courses.grading.criteria.length",
    ),
    "adapters do not know each other": (
        "workers/backends/adapters/seed_adapter/__init__.py", "import workers.backends.adapters.openai",
        "workers.backends.adapters.seed_adapter -> workers.backends.adapters.openai",
    ),
    "pure modules stay pure": (
        "courses/kinds/seed_kind/plan.py", "import courses.grading.models_of_seed",
        "courses.grading.models_of_seed -> django",
    ),
    "only adapters speak HTTP": (
        "courses/review/seed_http.py", "import httpx", "courses.review.seed_http -> httpx",
    ),
}  # fmt: skip
# What a seed needs beside it: an impure module that a pure one reaches only through another.
COMPANIONS = {"courses/grading/models_of_seed.py": "import django.db.models\n"}


def contract_names() -> list[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in config["tool"]["importlinter"]["contracts"]]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'platform'}{os.pathsep}{folder}", "NO_COLOR": "1"}
    return subprocess.run(
        [LINTER, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def seeded_report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says about a copy of the tree with one violation of each contract."""
    folder = tmp_path_factory.mktemp("seeded")
    for path in tracked_files():
        name = path.relative_to(ROOT)
        if path.suffix == ".py" and name.parts[0] in FLOORS:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    for name, line in {**COMPANIONS, **{file: line for file, line, _named in SEEDS.values()}}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"{line}\n", encoding="utf-8")
    result = lint(folder)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


def test_import_contracts_are_kept() -> None:
    result = lint(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_has_a_seed() -> None:
    assert sorted(SEEDS) == sorted(contract_names())


@pytest.mark.parametrize("contract", SEEDS)
def test_contract_catches_a_violation(contract: str, seeded_report: str) -> None:
    section = _section(seeded_report, contract)

    assert f"{contract} BROKEN" in seeded_report
    assert SEEDS[contract][2] in section


def test_layers_are_exhaustive() -> None:
    """A new area of a floor must be given its place: otherwise it could import anything."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = [contract for contract in config["tool"]["importlinter"]["contracts"] if contract["type"] == "layers"]

    assert [contract["name"] for contract in layers if not contract.get("exhaustive")] == ["three floors"]


def _section(report: str, contract: str) -> str:
    """The part of the report that explains one broken contract: its name underlined by dashes."""
    found = re.search(rf"^{re.escape(contract)}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", report, re.MULTILINE | re.DOTALL)
    return re.sub(r"\s+", " ", found.group(1)) if found else ""
