"""One thing that is wrong with calls, and where. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    path: str  # JSON pointer into the list of calls: "/0/arguments/city"; empty: the whole list
    message: str  # English


def pointer(base: str, step: str | int) -> str:
    """A JSON pointer (RFC 6901) one step further."""
    text = str(step)
    return f"{base}/{text.replace('~', '~0').replace('/', '~1') if '~' in text or '/' in text else text}"
