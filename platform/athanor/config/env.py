"""Typed readers of the environment: the only place that touches `os.environ`.

A wrong value fails at start-up with a sentence that names the variable, what it held and what it may hold.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def load_file(path: Path) -> None:
    """Read `NAME=value` lines; what the environment already says wins."""
    load_dotenv(path, override=False)


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    raw = env_str(name).lower()
    if not raw:
        return default
    if raw in TRUE | FALSE:
        return raw in TRUE
    raise ImproperlyConfigured(f"{name}={raw!r} is neither yes nor no. Write {name}=1 or {name}=0.")


def env_int(name: str, *, default: int, least: int = 0, most: int = 2**31) -> int:
    raw = env_str(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number.") from None
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name}={value} is outside {least}…{most}.")
    return value


def env_choice(name: str, choices: Sequence[str]) -> str:
    """One of `choices`; the first one when the variable is empty."""
    raw = env_str(name)
    if raw and raw not in choices:
        raise ImproperlyConfigured(f"{name}={raw!r} is none of {', '.join(choices)}.")
    return raw or choices[0]


def env_list(name: str, default: Sequence[str] = ()) -> list[str]:
    raw = env_str(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else list(default)


def env_path(name: str, default: Path) -> Path:
    raw = env_str(name)
    return Path(raw).expanduser().resolve() if raw else default


def env_folder(name: str, default: Path) -> Path:
    """A folder, made when it is not there."""
    folder = env_path(name, default)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}={str(folder)!r} cannot be used: {error.strerror}.") from error
    return folder


def env_secret(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to (container secrets)."""
    file = env_str(f"{name}_FILE")
    if not file:
        return env_str(name)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE={file!r} cannot be read: {error.strerror}.") from error


def command() -> str:
    """The management command that this process runs; empty for web, worker and beat."""
    program, *arguments = sys.argv or [""]
    return arguments[0] if arguments and Path(program).name == "manage.py" else ""


def is_below_make() -> bool:
    return bool(env_str("MAKELEVEL"))


def for_children(**additions: str) -> dict[str, str]:
    """The environment of a service that this process starts."""
    return {**os.environ, **additions}
