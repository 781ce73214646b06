"""Where files may lie, and how large they may grow."""

import platform
import sys
from pathlib import Path

from tests.guards.repository import FLOORS, ROOT, python_files

LONGEST = 600  # lines
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "stuff"}


def test_platform_is_the_standard_library() -> None:
    """With an `__init__.py` our folder would hide the module, and `import celery` would fail."""
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert Path(platform.__file__).parent == Path(sys.modules["os"].__file__ or "").parent
    assert platform.system() != ""


def test_every_package_of_a_floor_has_an_init_file() -> None:
    """Without one a folder is importable from the repository root but missing from the installed package."""
    folders = {path.parent for path in python_files() if path.relative_to(ROOT).parts[0] in FLOORS}
    missing = sorted(
        folder.relative_to(ROOT).as_posix()
        for folder in folders
        if not (folder / "__init__.py").exists() and folder.name not in {"management", "commands"}
    )

    assert missing == []


def test_no_module_has_a_vague_name() -> None:
    vague = [path.relative_to(ROOT).as_posix() for path in python_files() if path.stem in VAGUE]

    assert vague == []


def test_no_python_file_is_too_long() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines()) for path in python_files()}

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
