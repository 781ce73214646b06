"""A row of the command `grade_calls`: definitions, expected calls in the leaderboard's form, given calls. Pure.

{"id", "functions": […], "expected": [{name: {parameter: [allowed…]}}], "calls": […], "order"?}
`""` among the allowed values says that the parameter may be left out.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal, get_args

from courses.grading import strict_json
from courses.grading.calls import bfcl, strict
from courses.grading.calls.errors import pointer
from courses.grading.calls.model import CALLS_LIMIT, Call, Function, Order, Policy, Wanted
from courses.grading.calls.sentences import say
from courses.grading.calls.shapes import read_calls
from courses.grading.calls.values import depth, same
from courses.grading.strict_json import DEPTH_LIMIT, BadJson

JSON = Any
Profile = Literal["strict", "bfcl"]
LINE_LIMIT = 5_000_000  # characters
POLICIES = {order: Policy(order=order) for order in get_args(Order)}


class BadRow(Exception):
    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def grade_line(line: str, profile: Profile) -> dict[str, JSON]:
    """Never raises: a line that cannot be read is an invalid row with a message."""
    row: JSON = None
    try:
        row = _read(line)
        return grade_row(row, profile)
    except BadJson as error:
        where = f" (column {error.column})" if error.column else ""
        return _refused(row, f"json_{error.code}", "", f"{error.message}{where}")
    except BadRow as error:
        return _refused(row, "bad_row", error.path, str(error))
    except RecursionError:
        return _refused(row, "json_too_deep", "", f"nested deeper than {DEPTH_LIMIT} levels")


def _read(line: str) -> dict[str, JSON]:
    if len(line) > LINE_LIMIT:
        raise BadRow("", f"{len(line)} characters; at most {LINE_LIMIT} are read")
    row = strict_json.parse(line)
    if not isinstance(row, dict):
        raise BadRow("", "a row is an object { }")
    return row


def _refused(row: JSON, code: str, path: str, message: str) -> dict[str, JSON]:
    name = row.get("id") if isinstance(row, dict) else None
    errors = [{"code": code, "path": path, "message": message}]
    return {"id": name, "valid": False, "score": 0.0, "errors": errors}


def grade_row(row: Mapping[str, JSON], profile: Profile) -> dict[str, JSON]:
    """Raises BadRow."""
    expected = _expected(row)
    functions = _functions(row, expected)
    calls, order = _calls(row), row.get("order", "any")
    policy = POLICIES.get(order) if isinstance(order, str) else None
    if policy is None:
        raise BadRow("/order", f"order is one of {', '.join(POLICIES)}")
    errors, score = (_bfcl if profile == "bfcl" else partial(_strict, policy=policy))(functions, expected, calls)
    return {"id": row.get("id"), "valid": not errors, "score": score, "errors": errors}


def _functions(row: Mapping[str, JSON], expected: Sequence[Mapping[str, JSON]]) -> list[dict[str, JSON]]:
    """Only what will be looked at is checked: the definitions of expected calls, and the first one."""
    found = row.get("functions")
    if type(found) is not list:
        raise BadRow("/functions", "a list of definitions is needed")
    needed = {name for each in expected for name in each}
    for index, each in enumerate(found):
        if type(each) is not dict or type(each.get("name")) is not str:
            raise BadRow(f"/functions/{index}", "a definition is an object with a name")
        if not index or each["name"] in needed:
            _check_parameters(each.get("parameters") or {}, f"/functions/{index}/parameters")
    return found


def _check_parameters(parameters: JSON, path: str) -> None:
    if type(parameters) is not dict or type(parameters.get("properties") or {}) is not dict:
        raise BadRow(path, "parameters are an object with properties")
    if not {dict}.issuperset(map(type, (parameters.get("properties") or {}).values())):
        raise BadRow(f"{path}/properties", "each parameter is described by an object")
    required = parameters.get("required") or []
    if type(required) is not list or not {str}.issuperset(map(type, required)):
        raise BadRow(f"{path}/required", "a list of names is needed")


def _expected(row: Mapping[str, JSON]) -> list[dict[str, dict[str, list[JSON]]]]:
    found = row.get("expected")
    if not isinstance(found, list) or len(found) > CALLS_LIMIT:
        raise BadRow("/expected", f"a list of at most {CALLS_LIMIT} calls is needed")
    for index, each in enumerate(found):
        if not isinstance(each, dict) or len(each) != 1:
            raise BadRow(f"/expected/{index}", "an expected call is an object with one key, the function's name")
        for name, allowed in each.items():
            if not isinstance(allowed, dict) or not {list}.issuperset(map(type, allowed.values())):
                raise BadRow(f"/expected/{index}/{name}", "each parameter has a list of allowed values")
    return found


def _calls(row: Mapping[str, JSON]) -> list[Call]:
    found = row.get("calls")
    if not isinstance(found, list) or len(found) > CALLS_LIMIT:
        raise BadRow("/calls", f"a list of at most {CALLS_LIMIT} calls is needed")
    calls = read_calls(found)
    for index, call in enumerate(calls):
        for name, value in call.arguments.items():
            if type(value) in (list, dict) and depth(value, DEPTH_LIMIT) > DEPTH_LIMIT:
                raise BadRow(pointer(f"/{index}/arguments", name), f"nested deeper than {DEPTH_LIMIT} levels")
    return calls


Verdict = tuple[list[dict[str, str]], float]


def _bfcl(functions: Sequence[JSON], expected: Sequence[JSON], calls: Sequence[Call]) -> Verdict:
    for index, call in enumerate(calls):
        if call.problem:
            return [{"code": call.problem, "path": f"/{index}", "message": "this is no call with arguments"}], 0.0
    fault = bfcl.check(functions, expected, [{"name": call.name, "arguments": call.arguments} for call in calls])
    if fault is None:
        return [], 1.0
    return [{"code": fault.code, "path": fault.path, "message": fault.message}], 0.0


def _strict(functions: Sequence[JSON], expected: Sequence[JSON], calls: Sequence[Call], *, policy: Policy) -> Verdict:
    wants = [wanted(each) for each in expected]
    # Only the definitions that are looked at are taken apart.
    known = dict.fromkeys([each["name"] for each in functions], strict.UNDEFINED)
    for name in {want.name for want in wants} & known.keys():
        known[name] = next(Function(name, each.get("parameters") or {}) for each in functions if each["name"] == name)
    report = strict.grade(known, wants, calls, policy)
    errors = [{"code": fault.code, "path": fault.path, "message": say(fault, "en")} for fault in report.faults]
    return errors, report.score


def wanted(expected: Mapping[str, Mapping[str, Sequence[JSON]]]) -> Wanted:
    [(name, parameters)] = expected.items()
    optional = [key for key, values in parameters.items() if "" in values]
    return Wanted(name, {key: Allowed(values) for key, values in parameters.items()}, frozenset(optional))


class Allowed:
    """A `Compare` with a list of allowed values."""

    __slots__ = ("values",)
    words = None
    free = False

    def __init__(self, values: Sequence[JSON]) -> None:
        self.values = values

    @property
    def shown(self) -> JSON:
        named = [value for value in self.values if value != ""]
        return named[0] if len(named) == 1 else named

    def score(self, got: JSON) -> float:
        if type(got) is str and got and got in self.values:
            return 1.0
        for value in self.values:
            if value != "" and _fits(got, value):
                return 1.0
        return 0.0


def _fits(got: JSON, allowed: JSON) -> bool:
    """An object lists the allowed values of each of its keys, and so on inward; a list is compared item by item."""
    if type(allowed) is dict and type(got) is dict:
        if not got.keys() <= allowed.keys():
            return False
        return all(_key_fits(got, key, values) for key, values in allowed.items())
    if type(allowed) is list and type(got) is list:
        return len(got) == len(allowed) and all(map(_fits, got, allowed))
    return same(got, allowed)


def _key_fits(got: Mapping[str, JSON], key: str, values: JSON) -> bool:
    if type(values) is not list:
        return key in got and _fits(got[key], values)
    return any(_fits(got[key], value) for value in values) if key in got else "" in values
