"""Where in a text each JSON value stands: JSON pointer → line and column. Pure.

For texts that `strict_json` could read; used to say in which line of the student's file something is wrong.
"""

import re
from collections.abc import Iterator

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def places(text: str) -> dict[str, tuple[int, int]]:
    """Lines and columns begin with 1. The place of a member of an object is that of its value."""
    found: dict[str, tuple[int, int]] = {}
    for pointer, offset in _walk(text):
        line = text.count("\n", 0, offset) + 1
        found.setdefault(pointer, (line, offset - text.rfind("\n", 0, offset)))
    return found


def _walk(text: str) -> Iterator[tuple[str, int]]:
    """Each value's pointer and offset, in the order of the text, without recursion."""
    path: list[str] = []  # one step for each open container
    kinds: list[str] = []
    expects_key = False
    for match in TOKEN.finditer(text):
        token = match.group()
        if token in "}]":
            kinds.pop()
            path.pop()
            expects_key = False
        elif token == ",":
            expects_key = bool(kinds) and kinds[-1] == "{"
            if kinds and kinds[-1] == "[":
                path[-1] = str(int(path[-1]) + 1)
        elif token == ":":
            expects_key = False
        elif expects_key and token.startswith('"'):
            path[-1] = token[1:-1].replace("~", "~0").replace("/", "~1")
        else:
            yield "".join(f"/{step}" for step in path), match.start()
            if token in "{[":
                kinds.append(token)
                path.append("0")
                expects_key = token == "{"
