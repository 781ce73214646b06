"""The scripts of others (the editor, the plots), built from `frontend/` into the state folder.

The folder of a build is named by a digest of its sources and its lock file: what was built from others is never served.
Nothing here builds; `manage.py build_bundle` does, and the site works without.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings

SOURCES = (".json", ".js", ".mjs")
PREFIX = "bundle/"  # below STATIC_URL
ENTRIES = "entries.json"  # {"editor": "editor-….js", "plot": "plot-….js"}; written last
TROUBLE = "trouble"  # why the last build failed


def sources() -> list[Path]:
    """What a build is made from, by name."""
    folder = settings.ROOT / "frontend"
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in SOURCES)


@cache
def key() -> str:
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def folder() -> Path:
    """Where this version's files lie, or will."""
    return Path(settings.BUNDLE) / key()


def addresses() -> dict[str, str]:
    """Entry point → address; empty until it is built."""
    found = _entries(folder())
    return {name: f"/{settings.STATIC_URL.strip('/')}/{PREFIX}{key()}/{file}" for name, file in found.items()}


def is_built() -> bool:
    return bool(_entries(folder()))


def trouble() -> str:
    """Why the last build failed; empty: it did not, or nobody tried."""
    try:
        return (Path(settings.BUNDLE) / TROUBLE).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


_known: dict[Path, dict[str, str]] = {}  # a finished build never changes; an unfinished one is looked for again


def _entries(place: Path) -> dict[str, str]:
    if place not in _known:
        try:
            _known[place] = json.loads((place / ENTRIES).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
    return _known[place]
