"""What no tracked file may hold, and what the settings promise."""

import re
import tomllib

from tests.guards.repository import FLOORS, ROOT, python_files, text_of, tracked_files

# A folder of somebody's machine; Ollama's and n8n's lie in public container images.
# Written in pieces, so that this file does not find itself.
FOLDERS = [
    "/wor" + "k/",
    "/roo" + r"t/(?!\.ollama)",
    "/hom" + r"e/(?!node/\.n8n)[a-z]",
    "/User" + "s/[a-z]",
    r"[A-Z]:\\User" + "s",
]
MACHINE_PATHS = re.compile(r"(?<![\w}.-])(?:" + "|".join(FOLDERS) + ")")
PRIVATE_ADDRESSES = re.compile(r"\b(?:10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+)\b")
ADDRESS = re.compile(r"https?://")
# Files that show an address on purpose: examples for readers, and tests of what is refused.
ADDRESSES_ALLOWED = ("tests/", "docs/", "README.md")
READERS = re.compile(r'env\.env_\w+\(\s*"(\w+)"')


def test_no_tracked_file_names_a_folder_of_a_machine() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): match.group()
        for path in tracked_files()
        if (match := MACHINE_PATHS.search(text_of(path)))
    }

    assert found == {}


def test_no_tracked_file_names_a_private_address() -> None:
    found = {
        name: match.group()
        for path in tracked_files()
        if not (name := path.relative_to(ROOT).as_posix()).startswith(ADDRESSES_ALLOWED)
        and (match := PRIVATE_ADDRESSES.search(text_of(path)))
    }

    assert found == {}


def test_lock_files_name_no_address() -> None:
    locks = [path for path in tracked_files() if path.name.endswith((".lock", "package-lock.json"))]

    assert {path.name for path in locks} >= {"requirements.lock"}
    assert [path.name for path in locks if ADDRESS.search(text_of(path))] == []


def test_every_requirement_is_locked_with_a_hash() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    requirements = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "-"))]

    assert requirements != []
    assert [line.split()[0] for line in requirements if "--hash=sha256:" not in line] == []


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_name(requirement) for requirement in project["dependencies"]}
    locked = {
        _name(line) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if "==" in line
    }

    assert wanted - locked == set()


def _name(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def test_example_environment_lists_exactly_what_the_settings_read() -> None:
    settings = (ROOT / "platform" / "athanor" / "config" / "settings.py").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    read = set(READERS.findall(settings))
    listed = set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]*)=", example, re.MULTILINE))
    secrets = {f"{name}_FILE" for name in re.findall(r'env\.env_secret\(\s*"(\w+)"', settings)}

    assert listed - secrets == read


def test_only_the_readers_touch_the_environment() -> None:
    """One place knows what the environment may say; the two entry points name the settings module there."""
    allowed = {
        "platform/athanor/config/env.py",
        "platform/athanor/config/asgi.py",
        "platform/athanor/config/celery_app.py",
        "workers/backends/endpoints.py",  # keys of servers, by the name of the variable that a row holds
    }
    found = {
        name
        for path in python_files()
        if (name := path.relative_to(ROOT).as_posix()).split("/")[0] in FLOORS
        and re.search(r"\bos\.(environ|getenv)\b", text_of(path))
    }

    assert found - allowed == set()
