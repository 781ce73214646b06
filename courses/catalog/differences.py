"""What differs between two courses' files, for people. Pure."""

import difflib
from collections.abc import Mapping
from typing import Any

LINES = 200  # of one file's difference that are kept
FILES = 500
TEXTS = (".yml", ".md")


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """[{"path", "change": added|removed|changed, "lines": [unified difference]}], in the order of paths."""
    paths = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    return [_difference(path, before.get(path), after.get(path)) for path in paths[:FILES]]


def _difference(path: str, before: bytes | None, after: bytes | None) -> dict[str, Any]:
    change = "added" if before is None else "removed" if after is None else "changed"
    lines = _lines(before or b"", after or b"") if path.endswith(TEXTS) else []
    return {"path": path, "change": change, "lines": lines[:LINES] + (["…"] if len(lines) > LINES else [])}


def _lines(before: bytes, after: bytes) -> list[str]:
    old, new = (text.decode(errors="replace").splitlines() for text in (before, after))
    return [line[:400] for line in difflib.unified_diff(old, new, lineterm="", n=2)][2:]  # without the files' names
