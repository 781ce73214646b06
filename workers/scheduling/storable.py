"""Text that people paste and models write, as databases take it. Pure."""

from typing import Any


def storable(value: Any) -> Any:
    """The same JSON without NUL and halves of surrogate pairs, which PostgreSQL and UTF-8 refuse."""
    if isinstance(value, str):
        if value.isascii() and "\x00" not in value:
            return value
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value
