"""Function definitions as students write them, with a message for everything that is wrong. Pure.

Understood are a list, or {"functions": […]}, of
{"name", "description", "parameters": {JSON Schema of an object}}       the common form
{"type": "function", "function": {…}}                                    an OpenAI-compatible server's `tools`
{"name", "parameters": {argument: {"type"}}, "returns"}                  the course on function calling
{"fn_name", "args_names", "args_types", "return_type"}                   an older form of it
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from courses.grading import strict_json
from courses.grading.calls.errors import pointer
from courses.grading.calls.model import Function
from courses.grading.calls.places import places
from courses.grading.calls.schemas import STANDARD, TYPES, BadSchema, check_schema, standard
from courses.grading.strict_json import BadJson
from courses.texts import Text, both

JSON = Any
SIZE_LIMIT = 20_000  # characters
COUNT_LIMIT = 40
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
OLD_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object"}


@dataclass(frozen=True, slots=True)
class Problem:
    text: Text
    path: str = ""  # JSON pointer
    line: int | None = None
    column: int | None = None
    level: Literal["error", "hint"] = "error"


@dataclass(frozen=True, slots=True)
class Definitions:
    functions: Sequence[Function] = ()
    problems: Sequence[Problem] = field(default_factory=tuple)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]


def read(text: str) -> Definitions:
    """Never raises. Functions are only usable where there are no errors."""
    try:
        value = strict_json.load(text, limit=SIZE_LIMIT)
    except BadJson as error:
        return Definitions((), (_syntax(error, text),))
    items = value.get("functions", value) if isinstance(value, dict) else value
    base, alone = "/functions" if items is not value else "", isinstance(items, dict)
    if alone:
        items = [items]
    if not isinstance(items, list) or len(items) > COUNT_LIMIT:
        words = both("A list of definitions is needed: [ … ].", "Il faut une liste de définitions : [ … ].")
        return Definitions((), (Problem(words, "", 1, 1),))
    read_items = [_read(item, base if alone else pointer(base, index)) for index, item in enumerate(items)]
    functions = [function for function, _problems in read_items if function]
    problems = [problem for _function, found in read_items for problem in found]
    problems += _collisions(functions, base)
    return Definitions(tuple(functions), tuple(_placed(problems, text)))


def _syntax(error: BadJson, text: str) -> Problem:
    words = {
        "en": f"Not valid JSON: {error.message}.",
        "fr": f"JSON invalide : {FRENCH.get(error.code, error.message)}.",
    }
    line, column = error.line, error.column
    if error.code == "duplicate_key" and (named := re.search(r"the key '(.*)' is there twice", error.message)):
        starts = [match.start() for match in re.finditer(re.escape(f'"{named[1]}"'), text)]
        if len(starts) > 1:
            line, column = text.count("\n", 0, starts[1]) + 1, starts[1] - text.rfind("\n", 0, starts[1])
        words["fr"] = f"JSON invalide : la clé « {named[1]} » apparaît deux fois."
    return Problem(words, "", line, column)


FRENCH = {
    "syntax": "la syntaxe n'est pas celle de JSON à cet endroit",
    "not_a_number": "un nombre n'est pas permis par JSON",
    "not_text": "une moitié de paire de substitution n'est pas un caractère",
    "too_deep": f"plus de {strict_json.DEPTH_LIMIT} niveaux imbriqués",
    "too_big": f"plus de {SIZE_LIMIT} caractères",
    "empty": "il n'y a pas de texte",
}


def _placed(problems: Sequence[Problem], text: str) -> Iterator[Problem]:
    """With line and column: of the value itself, else of the nearest one around it."""
    where = places(text) if problems else {}
    for problem in problems:
        path = problem.path
        while path not in where and path:
            path = path.rpartition("/")[0]
        line, column = where.get(path, (1, 1))
        yield Problem(problem.text, problem.path, line, column, problem.level)


def _read(item: JSON, path: str) -> tuple[Function | None, list[Problem]]:
    if isinstance(item, dict) and isinstance(item.get("function"), dict):
        item, path = item["function"], f"{path}/function"
    if not isinstance(item, dict):
        return None, [Problem(both("A definition is an object {{ }}.", "Une définition est un objet {{ }}."), path)]
    name = item.get("name", item.get("fn_name"))
    if not isinstance(name, str) or not NAME.fullmatch(name):
        words = both(
            "A function needs a name of letters, digits and underscores.",
            "Une fonction doit avoir un nom fait de lettres, de chiffres et de tirets bas.",
        )
        return None, [Problem(words, f"{path}/name" if "name" in item else path)]
    parameters, inside = _parameters(item, path)
    description = item.get("description")
    function = Function(name, parameters, description if isinstance(description, str) else "")
    return function, [*_check_schema(parameters, inside), *_hints(function, item, path, inside)]


def _parameters(item: Mapping[str, JSON], path: str) -> tuple[dict[str, JSON], str]:
    """The JSON Schema of the arguments, and where it stands."""
    if "args_types" in item or "args_names" in item:
        told, listed = item.get("args_types"), item.get("args_names")
        types: dict[str, JSON] = told if isinstance(told, dict) else {}
        names = listed if isinstance(listed, list) else list(types)
        known = {str(name): {"type": OLD_TYPES.get(str(types.get(name)), str(types.get(name)))} for name in names}
        return {"type": "object", "properties": known, "required": list(known)}, f"{path}/args_types"
    given = item.get("parameters", {})
    if not isinstance(given, dict):
        return {"type": "array"}, f"{path}/parameters"  # refused below: not an object
    plain = given and "properties" not in given and all(isinstance(each, dict) for each in given.values())
    if plain and "type" not in given:
        return {"type": "object", "properties": given, "required": list(given)}, f"{path}/parameters"
    return given, f"{path}/parameters"


def _check_schema(parameters: dict[str, JSON], path: str) -> list[Problem]:
    for reference, where in _references(parameters, path):
        if not str(reference).startswith("#"):
            words = both(
                "The reference {reference!r} leads out of this definition; only “#/…” is followed.",
                "La référence {reference!r} sort de cette définition ; seules les références « #/… » sont suivies.",
                reference=str(reference)[:80],
            )
            return [Problem(words, where)]
    if parameters.get("type", "object") not in ("object", "dict"):
        words = both("The parameters must be an object: \"type\": \"object\".",
                     "Les paramètres doivent être un objet : \"type\": \"object\".")  # fmt: skip
        return [Problem(words, path)]
    unknown = [(name, where) for name, where in _types(parameters, path) if name not in TYPES and name not in STANDARD]
    if unknown:
        words = both(
            "Unknown type {name!r}; JSON Schema knows {known}.",
            "Type {name!r} inconnu ; JSON Schema connaît {known}.",
            name=str(unknown[0][0])[:40],
            known=", ".join(sorted(TYPES)),
        )
        return [Problem(words, unknown[0][1])]
    try:
        check_schema(standard(parameters))
    except (BadSchema, RecursionError) as error:
        words = {"en": f"Not a JSON Schema: {error}", "fr": f"Ce n'est pas un JSON Schema : {error}"}
        return [Problem(words, path)]
    return []


def _references(node: JSON, path: str) -> Iterator[tuple[JSON, str]]:
    for key, value, where in _members(node, path):
        if key in ("$ref", "$dynamicRef", "$recursiveRef"):
            yield value, where
        yield from _references(value, where)


def _types(node: JSON, path: str, *, named: bool = False) -> Iterator[tuple[JSON, str]]:
    """Every `type` keyword; not an argument that is called `type`."""
    for key, value, where in _members(node, path):
        if key == "type" and not named and isinstance(value, str):
            yield value, where
        elif key not in ("enum", "const", "default", "examples"):
            yield from _types(value, where, named=key in ("properties", "$defs", "patternProperties") and not named)


def _members(node: JSON, path: str) -> Iterator[tuple[str, JSON, str]]:
    if isinstance(node, dict):
        yield from ((key, value, pointer(path, key)) for key, value in node.items())
    elif isinstance(node, list):
        yield from (("", value, pointer(path, index)) for index, value in enumerate(node))


def _hints(function: Function, item: Mapping[str, JSON], path: str, inside: str) -> Iterator[Problem]:
    """What a model would miss, although nothing is wrong."""
    if not function.description.strip():
        words = both("{name} has no description: the model chooses by it.",
                     "{name} n'a pas de description : c'est elle qui guide le modèle.", name=function.name)  # fmt: skip
        yield Problem(words, path, level="hint")
    properties = inside if "properties" not in function.parameters else f"{inside}/properties"
    for name, schema in function.properties.items():
        where = pointer(properties, name)
        if not isinstance(schema, dict) or not ({"type", "enum", "const", "anyOf", "oneOf", "$ref"} & schema.keys()):
            words = both("The parameter {name} has no type.", "Le paramètre {name} n'a pas de type.", name=name)
            yield Problem(words, where, level="hint")
        elif schema.get("type") == "array" and "items" not in schema:
            words = both("The list {name} does not say what its items are.",
                         "La liste {name} ne dit pas ce que sont ses éléments.", name=name)  # fmt: skip
            yield Problem(words, where, level="hint")
    for name in function.required:
        if name not in function.properties:
            words = both("{name} is required, but not among the properties.",
                         "{name} est exigé, mais n'est pas parmi les propriétés.", name=name)  # fmt: skip
            yield Problem(words, inside)


def _collisions(functions: Sequence[Function], base: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, function in enumerate(functions):
        if function.name in seen:
            words = both("Two functions are called {name}.", "Deux fonctions s'appellent {name}.", name=function.name)
            yield Problem(words, pointer(base, index))
        seen.add(function.name)
