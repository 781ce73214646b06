"""Calls compared by what they do: the results of a reference function, called with both sets of arguments. Pure.

Reference functions are ours, small and bounded; nothing that a student or a model wrote is ever run. Patterns are RE2.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from courses.grading.calls.comparators import compiled
from courses.grading.calls.values import is_number, same

JSON = Any
TEXT_LIMIT = 5_000  # characters of an argument or a result
NUMBER_LIMIT = 1e15  # of an argument


class NoResult(Exception):
    """The function cannot be called like this."""


def _number(value: JSON) -> float:
    if not is_number(value) or abs(value) > NUMBER_LIMIT:
        raise NoResult
    return value  # type: ignore[no-any-return]  # just checked


def _text(value: JSON) -> str:
    if type(value) is not str or len(value) > TEXT_LIMIT:
        raise NoResult
    return value


def _divide(a: JSON, b: JSON) -> float:
    if _number(b) == 0:
        raise NoResult
    quotient: float = _number(a) / b
    return quotient


def _square_root(x: JSON) -> float:
    if _number(x) < 0:
        raise NoResult
    return math.sqrt(x)


def _substitute(text: JSON, pattern: JSON, replacement: JSON) -> str:
    """The replacement is plain text: no references to groups."""
    found = compiled(_text(pattern))
    if found is None:
        raise NoResult
    words = _text(replacement)
    result: str = found.sub(lambda match: words, _text(text))
    return _text(result)


def _interest(principal: JSON, rate: JSON, years: JSON) -> float:
    grown: float = _number(principal) * (1 + _number(rate)) ** min(_number(years), 1_000)
    return grown


REFERENCES: dict[str, Callable[..., JSON]] = {
    "add": lambda a, b: _number(a) + _number(b),
    "subtract": lambda a, b: _number(a) - _number(b),
    "multiply": lambda a, b: _number(a) * _number(b),
    "divide": _divide,
    "square_root": _square_root,
    "is_even": lambda n: _number(n) % 2 == 0,
    "compound_interest": _interest,
    "greet": lambda name: f"Hello, {_text(name)}!",
    "reverse": lambda text: _text(text)[::-1],
    "upper": lambda text: _text(text).upper(),
    "lower": lambda text: _text(text).lower(),
    "length": lambda text: len(_text(text)),
    "substitute": _substitute,
}


def result(reference: str, arguments: Mapping[str, JSON], order: list[str]) -> JSON:
    """What the reference function gives; `order` names its arguments by place. Raises NoResult."""
    if set(arguments) != set(order):
        raise NoResult
    try:
        return REFERENCES[reference](*(arguments[name] for name in order))
    except (TypeError, ArithmeticError, ValueError, UnicodeError) as error:
        raise NoResult from error


def behave_alike(reference: str, order: list[str], one: Mapping[str, JSON], other: Mapping[str, JSON]) -> bool:
    try:
        return same(result(reference, one, order), result(reference, other, order))
    except NoResult:
        return False
