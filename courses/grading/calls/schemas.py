"""Is a value what a function's definition says (JSON Schema 2020-12)? Pure.

The plain keywords are checked here, because a grader meets a new definition with every row; the others are left to
jsonschema-rs. The leaderboard's type names (`dict`, `float`, `tuple`, `any`) mean what they mean there.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import jsonschema_rs

from courses.grading.calls.values import same
from courses.grading.schema_errors import explain, innermost
from courses.texts import Text, both

JSON = Any
Schema = Mapping[str, Any]

STANDARD = {"dict": "object", "float": "number", "tuple": "array", "any": None}
TYPES = frozenset({"integer", "number", "string", "boolean", "array", "object", "null"})
PLAIN = frozenset({"type", "description", "title", "default", "enum", "items", "properties", "required", "examples",
                   "additionalProperties"})  # fmt: skip
UNRESTRICTED = frozenset({"type", "description", "title", "default", "examples"})
EXACT: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "number": float, "float": float}
NO_SCHEMA = both("the definition of this argument is no valid schema", "la définition de cet argument est invalide")


class BadSchema(Exception):
    """A definition that is no JSON Schema; the text is English."""


def is_plainly_fine(value: JSON, schema: Schema) -> bool:
    """A quick yes for a plain value of a plain type; no means only that it must be looked at."""
    declared = schema.get("type")
    return type(declared) is str and EXACT.get(declared) is type(value) and schema.keys() <= UNRESTRICTED


def conforms(value: JSON, schema: Schema) -> bool:
    """Raises BadSchema."""
    plain = _conforms(value, schema)
    if plain is None:
        return bool(_validator(_canonical(schema)).is_valid(value))
    return plain


def _conforms(value: JSON, schema: Schema) -> bool | None:
    """None: the schema says something that is not checked here."""
    if type(schema) is not dict or not schema.keys() <= PLAIN:
        return None
    declared = schema.get("type")
    if not has_type(value, declared):
        return False
    allowed = schema.get("enum")
    if allowed is not None and not (type(allowed) is list and any(same(value, each) for each in allowed)):
        return False
    if type(value) is list and "items" in schema:
        return _all(_conforms(item, schema["items"]) for item in value)
    if type(value) is dict and schema.keys() & {"properties", "required", "additionalProperties"}:
        return _conforms_object(value, schema)
    return True


def _conforms_object(value: Mapping[str, JSON], schema: Schema) -> bool | None:
    known, required = schema.get("properties", {}), schema.get("required", [])
    more = schema.get("additionalProperties", True)
    if type(known) is not dict or type(required) is not list or type(more) is not bool:
        return None
    if not {str}.issuperset(map(type, required)):
        return None
    if any(name not in value for name in required) or (not more and not value.keys() <= known.keys()):
        return False
    return _all(_conforms(item, known[name]) for name, item in value.items() if name in known)


def _all(found: Iterator[bool | None]) -> bool | None:
    unknown = False
    for each in found:
        if each is False:
            return False
        unknown = unknown or each is None
    return None if unknown else True


def has_type(value: JSON, declared: JSON) -> bool:
    """`declared`: the value of the keyword `type`; None where there is none."""
    if declared is None:
        return True
    if type(declared) is list:
        return any(has_type(value, each) for each in declared)
    match STANDARD.get(declared, declared) if type(declared) is str else declared:
        case "string":
            return type(value) is str
        case "integer":  # 2020-12: a number without a fraction; a boolean is none
            return type(value) is int or (type(value) is float and value.is_integer())
        case "number":
            return type(value) is int or type(value) is float
        case "boolean":
            return type(value) is bool
        case "array":
            return type(value) is list
        case "object":
            return type(value) is dict
        case "null":
            return value is None
    return bool(declared == "any")


def problems(value: JSON, schema: Schema, limit: int = 5) -> list[Text]:
    """What is wrong with a value, in words; empty where it conforms."""
    try:
        found = list(islice(_validator(_canonical(schema)).iter_errors(value), 50))
    except BadSchema:
        return [NO_SCHEMA]
    return [explain(error) for error in islice(innermost(found), limit)]


def check_schema(schema: Schema) -> None:
    """Raises BadSchema for a definition that nobody could follow."""
    _validator(_canonical(schema))


def _canonical(schema: Schema) -> str:
    return json.dumps(standard(schema), ensure_ascii=False)


def standard(node: JSON) -> JSON:
    """A definition with the names of types that JSON Schema knows."""
    if isinstance(node, dict):
        renamed = {key: standard(value) for key, value in node.items()}
        named = renamed.get("type")
        if isinstance(named, str) and named in STANDARD:
            renamed["type"] = STANDARD[named]
            if renamed["type"] is None:
                del renamed["type"]
        return renamed
    return [standard(each) for each in node] if isinstance(node, list) else node


def _refuse(address: str) -> Any:
    """No definition makes this machine read a file or an address."""
    raise ValueError(f"{address}: only references inside the definition (#/…) are followed")


@lru_cache(maxsize=512)
def _validator(schema: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(
            json.loads(schema),
            validate_formats=True,
            retriever=_refuse,
            pattern_options=jsonschema_rs.RegexOptions(),  # without back-tracking: a pattern cannot hang
        )
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise BadSchema(str(error).splitlines()[0][:300]) from error
