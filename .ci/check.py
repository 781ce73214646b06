"""`make check`: everything that can be seen without running the tests. Edits nothing.

All checks run, two at a time, also when one fails; the output of those that fail is shown.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
TOOLS = Path(PYTHON).parent
MANAGE = (PYTHON, "manage.py")
TEMPLATES = (
    "templates",
    "platform/athanor/administration/templates",
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("courses/kinds/*/templates"))),
)

# The slowest first.
CHECKS: dict[str, tuple[str, ...]] = {
    "types (mypy --strict)": (str(TOOLS / "mypy"),),
    "imports (contracts of pyproject.toml)": (str(TOOLS / "lint-imports"), "--no-cache"),
    "templates": (str(TOOLS / "djlint"), "--lint", "--quiet", *TEMPLATES),
    "settings of a public site": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "course files": (*MANAGE, "check_courses"),
    "format": (str(TOOLS / "ruff"), "format", "--check", "."),
    "style": (str(TOOLS / "ruff"), "check", "."),
    "lock files": (PYTHON, ".ci/lock.py", "--check"),
}
PUBLIC_SITE = {
    "HTTPS": "1",
    "ALLOWED_HOSTS": "athanor.example.org",
    "SECRET_KEY": "only-for-this-check-" + "x9Yb7Kq2" * 6,
    "EMAIL_HOST": "mail.example.org",
}


def run(name: str, command: tuple[str, ...], var: str) -> tuple[str, int, float, str]:
    begin = time.monotonic()
    environment = {**os.environ, **PUBLIC_SITE, "ATHANOR_VAR": var, "ATHANOR_ENV_FILE": "/nonexistent"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return name, done.returncode, time.monotonic() - begin, done.stdout


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as var, ThreadPoolExecutor(2) as pool:
        for name, code, seconds, output in pool.map(lambda item: run(*item, var), CHECKS.items()):
            print(f"{'ok  ' if code == 0 else 'FAIL'} {name} ({seconds:.1f} s)", flush=True)
            if code:
                failed += 1
                print(output, flush=True)
    print(f"{failed} of {len(CHECKS)} checks failed." if failed else f"All {len(CHECKS)} checks passed.")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
