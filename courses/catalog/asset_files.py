"""The files that a course may carry beside its texts, below `assets/`. Pure."""

import re
from pathlib import PurePosixPath

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".ipynb": "application/x-ipynb+json",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
}
SIZE_LIMIT = 10_000_000  # bytes of one file
TOTAL_LIMIT = 100_000_000  # bytes of a course's assets together
COUNT_LIMIT = 1000
FOLDER = "assets/"
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
UP = re.compile(r"^(?:\.{1,2}/)*")


def asset_path(link: str) -> str | None:
    """The path below `assets/` that a text means: `assets/a.png` and `../assets/a.png` are both `a.png`. Else None."""
    path = UP.sub("", link.partition("#")[0].partition("?")[0])
    return path.removeprefix(FOLDER) if path.startswith(FOLDER) and path != FOLDER else None


def problem_with(path: str, size: int) -> str | None:
    """Why a file cannot be an asset, or None. `path` is below `assets/`."""
    if len(path) > 200 or not all(WORD.fullmatch(step) for step in path.split("/")):
        return "an asset's name has only letters without accents, digits, dots, dashes and underscores, 200 at most"
    if PurePosixPath(path).suffix.lower() not in MEDIA_TYPES:
        return f"an asset ends in one of {', '.join(MEDIA_TYPES)}"
    if size > SIZE_LIMIT:
        return f"the file has {size} bytes; an asset has at most {SIZE_LIMIT}"
    return None


def media_type(path: str) -> str:
    return MEDIA_TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")


def is_image(path: str) -> bool:
    return media_type(path).startswith("image/")
