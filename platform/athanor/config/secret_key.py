"""The signing key: given by the administrator, or made once and kept in the state folder."""

import os
import secrets
from pathlib import Path


def read_or_make(given: str, path: Path) -> str:
    """Return `given`, else the key kept at `path`, else a new one written there with mode 600."""
    if given:
        return given
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()
