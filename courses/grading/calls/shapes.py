"""The forms in which calls are written down. Pure.

{"name", "arguments"}                              ours
{"name", "parameters"}                             the course on function calling, with `prompt` beside it
{"fn_name", "args"}                                an older spelling of it
{"type": "function", "function": {"name", …}}      what OpenAI-compatible servers answer
"""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.grading.calls.model import Call

JSON = Any
OURS = {"name", "arguments"}
NAMES = ("name", "fn_name")
ARGUMENTS = ("arguments", "parameters", "args")


def read_call(value: JSON) -> Call:
    """Never raises: what cannot be read is said by `problem`."""
    if type(value) is dict and value.keys() == OURS and type(value["arguments"]) is dict and type(value["name"]) is str:
        return Call(value["name"], value["arguments"], "" if value["name"] else "no_name")
    if not isinstance(value, dict):
        return Call("", {}, "no_name")
    inner = value.get("function")
    if isinstance(inner, dict):
        value = inner
    name = next((value[key] for key in NAMES if isinstance(value.get(key), str)), "")
    given: JSON = next((value[key] for key in ARGUMENTS if key in value), {})
    if not name:
        return Call("", {}, "no_name")
    if isinstance(value.get("malformed"), str):  # a server's: the model wrote no object
        return Call(name, {}, "arguments_text")
    if isinstance(given, dict):
        return Call(name, given)
    return Call(name, {}, "arguments_text" if isinstance(given, str) else "arguments_no_object")


def read_calls(value: JSON) -> list[Call]:
    """One call, or a list of them; null and {} mean none."""
    if value is None or value == {}:
        return []
    items: Sequence[JSON] = value if isinstance(value, list) else [value]
    return [read_call(item) for item in items if item != {}]


def looks_like_calls(value: JSON) -> bool:
    """Is this an attempt at calls, rather than some other JSON?"""
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, Mapping) and ({*NAMES, "function"} & item.keys() or not item) for item in items)
