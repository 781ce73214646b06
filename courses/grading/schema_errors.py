"""What a JSON Schema validator found, in words for students, in both languages. Pure."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from courses.texts import Text

TYPES = {
    "integer": ("a whole number", "un nombre entier"),
    "number": ("a number", "un nombre"),
    "string": ("a text in quotation marks", "un texte entre guillemets"),
    "boolean": ("true or false", "true ou false"),
    "array": ("a list [ ]", "une liste [ ]"),
    "object": ("an object { }", "un objet { }"),
    "null": ("null", "null"),
}
# by the keyword of the schema; {} stands for its value
SENTENCES = {
    "required": ("the key {} is missing", "la clé {} manque"),
    "additionalProperties": ("not expected: {}", "en trop : {}"),
    "unevaluatedProperties": ("not expected: {}", "en trop : {}"),
    "minimum": ("must be at least {}", "doit valoir au moins {}"),
    "maximum": ("must be at most {}", "doit valoir au plus {}"),
    "exclusiveMinimum": ("must be more than {}", "doit être supérieur à {}"),
    "exclusiveMaximum": ("must be less than {}", "doit être inférieur à {}"),
    "multipleOf": ("must be a multiple of {}", "doit être un multiple de {}"),
    "minLength": ("needs at least {} characters", "doit compter au moins {} caractères"),
    "maxLength": ("may have at most {} characters", "doit compter au plus {} caractères"),
    "minItems": ("needs at least {} items", "doit compter au moins {} éléments"),
    "maxItems": ("may have at most {} items", "doit compter au plus {} éléments"),
    "minProperties": ("needs at least {} keys", "doit compter au moins {} clés"),
    "maxProperties": ("may have at most {} keys", "doit compter au plus {} clés"),
    "uniqueItems": ("has the same item twice", "contient deux fois le même élément"),
    "enum": ("must be one of {}", "doit être l'une des valeurs {}"),
    "const": ("must be {}", "doit être {}"),
    "pattern": ("has not the expected form", "n'a pas la forme attendue"),
    "format": ("is not valid as {}", "n'est pas valide comme {}"),
}


def innermost(errors: Sequence[Any]) -> Iterator[Any]:
    """The errors that say something: of several alternatives, those of the one that was nearly met."""
    for error in errors:
        branches = [list(branch) for branch in getattr(error.kind, "context", None) or []]
        if branches:
            yield from innermost(min(branches, key=_distance))
        else:
            yield error


def _distance(errors: Sequence[Any]) -> tuple[int, int]:
    """How far an alternative is from being met: keys missing or unexpected weigh more than a wrong value."""
    return sum(error.kind.name in ("required", "additionalProperties", "type") and not list(error.instance_path)
               for error in errors), len(errors)  # fmt: skip


def explain(error: Any) -> Text:
    where = "/".join(str(step) for step in error.instance_path)[:80]
    en, fr = _sentence(error)
    return {"en": f"“{where}” {en}" if where else en, "fr": f"« {where} » {fr}" if where else fr}


def _sentence(error: Any) -> tuple[str, str]:
    value = getattr(error.kind, "value", None)
    if error.kind.name == "type":
        names = [TYPES.get(str(name), (str(name), str(name))) for name in value or []]
        return (
            "must be " + " or ".join(en for en, _fr in names),
            "doit être " + " ou ".join(fr for _en, fr in names),
        )
    if error.kind.name not in SENTENCES:
        said = str(error.message)[:200]
        return said, said
    en, fr = SENTENCES[error.kind.name]
    return en.format(_shown(value, "“{}”")), fr.format(_shown(value, "« {} »"))


def _shown(value: Any, quoted: str) -> str:
    if isinstance(value, str):
        return quoted.format(value[:80])
    if isinstance(value, list):
        return ", ".join(_shown(item, quoted) for item in value[:8])
    return json.dumps(value, ensure_ascii=False)[:80]
