"""Which names people may give themselves. Pure."""

import re

RESERVED = frozenset(
    {"admin", "administrator", "api", "athanor", "demo", "grader", "instructor", "moderator", "root", "staff",
     "student", "student-2", "support", "system", "teacher"}
)  # fmt: skip
SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,29}")


def is_well_formed(username: str) -> bool:
    """ASCII only, so that nobody can look like somebody else; no `@`, so that nobody can sign in as an address."""
    return SHAPE.fullmatch(username) is not None


def is_reserved(username: str) -> bool:
    return username.lower() in RESERVED or username.lower().startswith("erased-")
