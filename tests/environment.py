"""The environment of a test run, set before the settings are read (`-p tests.environment` in pyproject.toml).

Every test process has a state folder of its own, which is removed at its end. Nothing of the developer's own
settings reaches a test, except DATABASE_URL and REDIS_URL: with them the same tests run on PostgreSQL and Redis.
"""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

KEPT = {"DATABASE_URL", "REDIS_URL"}
ROOT = Path(__file__).resolve().parents[1]
NEVER = "/nonexistent"  # a .env file that is not there


def known_variables() -> set[str]:
    """Every variable that the settings read."""
    source = (ROOT / "platform" / "athanor" / "config" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.env_\w+\(\s*"(\w+)"', source))


def redis_database(url: str, worker: str) -> str:
    """A database of its own for each test process: gw0 → 1, gw1 → 2…; a run without xdist has the last one."""
    number = int(worker.removeprefix("gw")) + 1 if worker else 15
    return re.sub(r"/\d*$", "", url.rstrip("/")) + f"/{number % 16}"


def prepare() -> None:
    for name in known_variables() - KEPT:
        os.environ.pop(name, None)
    # Short, because the path of a socket may have 107 characters only.
    folder = tempfile.mkdtemp(prefix="athanor-", dir="/tmp")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["ATHANOR_VAR"] = folder
    os.environ["ATHANOR_ENV_FILE"] = NEVER
    if os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = redis_database(os.environ["REDIS_URL"], os.environ.get("PYTEST_XDIST_WORKER", ""))


prepare()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    # No test is timed: the machine may be busy.
    hypothesis.settings.register_profile("athanor", deadline=None)
    hypothesis.settings.load_profile("athanor")
    from django.conf import settings

    from athanor.launch import translations

    translations.compile_stale(settings.LOCALE_PATHS)
    # Thousands of log-ins must not cost argon2's time and memory each.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Pages are tested from the sources, without collecting files first.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        # A file, as in the product: threads of a test see each other's rows and wait for each other's locks.
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(settings.VAR / "test.sqlite3")
