"""JSON as the standard means it, from text that nobody vouches for. Pure.

Python's own loader keeps the last of duplicate keys, accepts NaN, turns 1e400 into infinity, and falls over deep
nesting or very long integers. Here each of these is an error with line and column.
"""

import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

SIZE_LIMIT = 64_000  # characters
DEPTH_LIMIT = 32
DIGITS_LIMIT = 300
SURROGATES = ("\\ud", "\\uD")  # begin the escape of half a surrogate pair
STARTS_TRIED = 20  # enough for any honest answer

FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(.*?)^[ \t]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)

How = Literal["strict", "fenced", "first"]


class BadJson(Exception):
    def __init__(self, code: str, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.code = code  # "syntax", "duplicate_key", "not_a_number", "not_text", "too_deep", "too_big", "empty"
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Found:
    value: Any
    start: int  # character range in the text that was searched
    end: int
    clean: bool  # nothing but the JSON stood there


def load(text: str, *, limit: int = SIZE_LIMIT) -> Any:
    """The value of a text of at most `limit` characters that is nothing but JSON. Raises BadJson."""
    if len(text) > limit:
        raise BadJson("too_big", f"{len(text)} characters; at most {limit} are read")
    if not text.strip():
        raise BadJson("empty", "there is no text")
    check_depth(text)
    return parse(text)


def parse(text: str) -> Any:
    """As `load`, without its limits: for many texts whose length and depth are known to be bounded. Raises BadJson."""
    try:
        value = DECODER.decode(text)
        if SURROGATES[0] in text or SURROGATES[1] in text or not _is_text(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise BadJson("too_deep", f"nested deeper than {DEPTH_LIMIT} levels") from error
    except json.JSONDecodeError as error:
        raise BadJson("syntax", error.msg, line=error.lineno, column=error.colno) from error
    except UnicodeEncodeError as error:
        raise BadJson("not_text", "half a surrogate pair (\\ud800 to \\udfff) is no character") from error
    return value


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_depth(text: str) -> None:
    """Brackets outside strings, counted before anything recursive sees them."""
    if text.count("[") + text.count("{") <= DEPTH_LIMIT:
        return
    depth, quoted, escaped = 0, False, False
    for letter in text:
        if quoted:
            escaped, quoted = (letter == "\\" and not escaped), not (letter == '"' and not escaped)
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise BadJson("too_deep", f"nested deeper than {DEPTH_LIMIT} levels")
        elif letter in "]}":
            depth -= 1


def find(text: str, how: How) -> Found:
    """JSON in an answer. `strict`: nothing else; `fenced`: also inside a code block; `first`: also the first object or
    array in running text. Raises BadJson, with the error of the plain reading where nothing was found."""
    try:
        start = len(text) - len(text.lstrip())
        return Found(load(text.strip()), start, len(text.rstrip()), clean=True)
    except BadJson as error:
        if how == "strict" or error.code in ("too_big", "empty"):
            raise
        found = _fenced(text) or (_first(text) if how == "first" else None)
        if found is None:
            raise
        return found


def _fenced(text: str) -> Found | None:
    match = FENCE.search(text)
    if match is None:
        return None
    return Found(load(match[2].strip()), match.start(2), match.end(2), clean=False)


def _first(text: str) -> Found | None:
    """The first balanced {…} or […] that is JSON; tried a limited number of times, so that it stays linear."""
    for match in islice(re.finditer(r"[\[{]", text), STARTS_TRIED):
        end = _balanced_end(text, match.start())
        try:
            if end is not None:
                return Found(load(text[match.start() : end]), match.start(), end, clean=False)
        except BadJson as error:
            if error.code != "syntax":
                raise
    return None


def _balanced_end(text: str, start: int) -> int | None:
    depth, quoted, escaped = 0, False, False
    for index in range(start, len(text)):
        letter = text[index]
        if quoted:
            escaped, quoted = (letter == "\\" and not escaped), not (letter == '"' and not escaped)
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
            if depth == 0:
                return index + 1
    return None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadJson("duplicate_key", f"the key {twice[:80]!r} is there twice")
    return found


def _constant(name: str) -> Any:
    raise BadJson("not_a_number", f"{name} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise BadJson("not_a_number", f"{text[:40]} is too large a number")
    return value


def _int(text: str) -> int:
    if len(text) > DIGITS_LIMIT:
        raise BadJson("not_a_number", f"a number with {len(text)} digits; at most {DIGITS_LIMIT} are read")
    return int(text)


DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_float, parse_int=_int)
