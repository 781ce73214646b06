"""The Berkeley Function Calling Leaderboard's own verdict, rule for rule, for comparison with published results. Pure.

What `bfcl_eval.eval_checker.ast_eval.ast_checker` (2026.3.23) decides for Python, its oddities included: strings lose
`space , . / - _ * ^` and their case, a whole number passes for a float but not inside a list, several calls are matched
greedily, and Python's `==` makes 1, 1.0 and True the same inside a container. Where the reference fails with an
exception (a parameter without a type, a list without items), this one treats the type as unknown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.grading.calls.errors import Fault, pointer

JSON = Any
DROPPED = {ord(sign): None for sign in " ,./-_*^"} | {ord("'"): '"'}
TYPES: dict[str, type] = {
    "string": str, "integer": int, "float": float, "number": float, "boolean": bool, "array": list, "tuple": list,
    "dict": dict, "object": dict, "any": str,
}  # fmt: skip
NESTED = ("array", "tuple")


def check(functions: Sequence[Mapping[str, JSON]], expected: Sequence[JSON], calls: Sequence[JSON]) -> Fault | None:
    """The first reason why the calls are wrong; None where they are right.

    functions: definitions; expected: [{name: {parameter: [allowed values, "" = may be left out]}}];
    calls: [{"name", "arguments"}].
    """
    if len(calls) != len(expected):
        return Fault("wrong_count", "", f"{len(calls)} calls, {len(expected)} expected")
    if len(expected) == 1:
        return _check_call(_description(functions, expected[0]), expected[0], calls[0], 0)
    return _greedy(functions, expected, calls)


def _greedy(functions: Sequence[Mapping[str, JSON]], expected: Sequence[JSON], calls: Sequence[JSON]) -> Fault | None:
    """Each expected call takes the first call that fits it, whether or not another one needs it more."""
    left = list(range(len(calls)))
    for wanted in expected:
        description = _description(functions, wanted)
        fits = (index for index in left if _check_call(description, wanted, calls[index], index) is None)
        found = next(fits, None)
        if found is None:
            return Fault("cannot_find_match", "", f"no call matches the expected {_name(wanted)}")
        left.remove(found)
    return None


def _name(wanted: Mapping[str, JSON]) -> str:
    return next(iter(wanted), "")


def _description(functions: Sequence[Mapping[str, JSON]], wanted: Mapping[str, JSON]) -> Mapping[str, JSON]:
    name = _name(wanted)
    return next((each for each in functions if each.get("name") == name), functions[0] if functions else {})


def _check_call(description: Mapping[str, JSON], wanted: Mapping[str, JSON], call: JSON, index: int) -> Fault | None:
    parameters = description.get("parameters") or {}
    details = parameters.get("properties") or {}
    allowed, given, path = wanted[_name(wanted)], call["arguments"], f"/{index}"
    if call["name"] != description.get("name"):
        return Fault("wrong_function", f"{path}/name", f"{call['name']!r} was called, not {_name(wanted)!r}")
    path += "/arguments"
    for name in parameters.get("required") or ():
        if name not in given:
            return Fault("missing_required", pointer(path, name), f"the argument {name!r} is missing")
    for name, value in given.items():
        if name not in details or name not in allowed:
            return Fault("unexpected_argument", pointer(path, name), f"the argument {name!r} is not expected")
        code = _check_value(details[name], value, allowed[name])
        if code:
            return Fault(code, pointer(path, name), f"the argument {name!r} is not as expected")
    for name, values in allowed.items():
        if name not in given and "" not in values:
            return Fault("missing_optional", pointer(path, name), f"the argument {name!r} is missing")
    return None


def _check_value(detail: Mapping[str, JSON], value: JSON, allowed: Sequence[JSON]) -> str:
    """Code of what is wrong with a value; empty where it is allowed."""
    declared = detail.get("type", "any")
    kind = _type_of(declared)
    nested = _nested_type(detail) if declared in NESTED else None
    if kind is float and type(value) is int:
        value = _as_float(value)
    variable, fault = _check_type(value, allowed, kind, nested)
    if fault:
        return fault
    if variable:
        return "" if value in allowed else "value"
    if kind is dict:
        return "" if any(_dict_fits(value, each) for each in allowed if each != "") else "value"
    if kind is list and nested is dict:
        return "" if any(_dicts_fit(value, each) for each in allowed) else "value"
    if kind is str:
        return "" if _plain(value) in [_plain(each) for each in allowed if type(each) is str] else "value"
    if kind is list:
        return "" if _plain_items(value) in [_plain_items(each) for each in allowed] else "value"
    return "" if value in allowed else "value"


def _nested_type(detail: Mapping[str, JSON]) -> type | None:
    items = detail.get("items")
    return _type_of(items["type"]) if isinstance(items, dict) and items.get("type") else None


def _type_of(declared: JSON) -> type:
    """The reference knows no list of types; here the first one counts."""
    if isinstance(declared, list) and declared:
        declared = declared[0]
    return TYPES.get(declared, str) if isinstance(declared, str) else str


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _check_type(value: JSON, allowed: Sequence[JSON], kind: type, nested: type | None) -> tuple[bool, str]:
    """(is a variable, code). The expected answer may hold a variable's name instead of a value of the declared type:
    the type of its first value that is not "" is then accepted, too."""
    first = next((type(each) for each in allowed if each != ""), None)
    if type(value) is kind:
        if nested is None or any(_items_fit(value, each, nested) for each in allowed):
            return first is not None and first is not kind, ""
        return False, "type_nested"
    if first is not None and type(value) is first:
        return True, ""
    return False, "type"


def _items_fit(value: JSON, allowed: JSON, nested: type) -> bool:
    """Types one level deep, no further."""
    return type(allowed) is not list or all(not _check_type(item, allowed, nested, None)[1] for item in value)


def _plain(text: str) -> str:
    return text.translate(DROPPED).lower()


def _plain_items(values: JSON) -> list[JSON]:
    if type(values) not in (list, str):
        return [values]
    return [_plain(each) if type(each) is str else each for each in values]


def _dict_fits(value: Mapping[str, JSON], allowed: JSON) -> bool:
    if type(allowed) is not dict or type(value) is not dict:
        return False
    for key, item in value.items():
        if key not in allowed or (_plain(item) if type(item) is str else item) not in _plain_items(allowed[key]):
            return False
    return all(key in value or (type(values) is list and "" in values) for key, values in allowed.items())


def _dicts_fit(value: Sequence[JSON], allowed: JSON) -> bool:
    return (
        type(allowed) is list
        and len(value) == len(allowed)
        and all(_dict_fits(item, wanted) for item, wanted in zip(value, allowed, strict=True))
    )
