"""When two JSON values are the same: the type first, then the value. Pure.

true is not 1, "5" is not 5; 5 and 5.0 are one number; numbers with a fraction may differ by rounding (1e-9 of their
size); texts are compared after Unicode normalisation (NFC), with case, spaces and punctuation as they are.
"""

import json
import math
import unicodedata
from collections.abc import Hashable
from typing import Any

JSON = Any
RELATIVE = 1e-9
ABSOLUTE = 1e-12
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def is_number(value: JSON) -> bool:
    return type(value) is int or type(value) is float


def same(one: JSON, other: JSON) -> bool:
    if is_number(one) and is_number(other):
        return same_number(one, other)
    if type(one) is not type(other):
        return False
    if type(one) is str:
        return one == other or _composed(one) == _composed(other)
    if type(one) is list:
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is dict:
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return bool(one == other)


def same_number(one: float, other: float, *, relative: float = RELATIVE, absolute: float = ABSOLUTE) -> bool:
    if one == other:
        return True
    if type(one) is int and type(other) is int and relative == RELATIVE and absolute == ABSOLUTE:
        return False
    try:
        return math.isclose(one, other, rel_tol=relative, abs_tol=absolute)
    except OverflowError:  # a whole number beyond what a float holds
        return False


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def key_of(value: JSON) -> Hashable:
    """Equal keys for values that are the same, so that lists are compared as bags in linear time."""
    if type(value) is int:
        return ("number", str(value))
    if type(value) is float:
        return ("number", str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.9g}")
    if type(value) is str:
        return ("text", _composed(value))
    if type(value) is list:
        return ("list", tuple(key_of(item) for item in value))
    if type(value) is dict:
        return ("object", frozenset((key, key_of(item)) for key, item in value.items()))
    return ("constant", str(value))


def depth(value: JSON, limit: int) -> int:
    """Levels of nesting, counted no further than `limit` + 1."""
    level, reached = [value], 0
    while level and reached <= limit:
        containers = [each for each in level if type(each) in (list, dict)]
        level = [item for each in containers for item in (each.values() if type(each) is dict else each)]
        reached += bool(containers)
    return reached


def shown(value: JSON, length: int = 80) -> str:
    """JSON for a sentence, cut where it gets long."""
    text = ENCODE(value)
    return text if len(text) <= length else f"{text[: length - 1]}…"
