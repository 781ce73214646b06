"""An answer that is JSON of a given schema (JSON Schema 2020-12). Pure."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import jsonschema_rs
from pydantic import Field, field_validator

from courses.grading import strict_json
from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts, judge_parts
from courses.grading.schema_errors import explain, innermost
from courses.grading.strict_json import BadJson, Found, How
from courses.texts import Text, both

ERRORS_READ = 50
ERRORS_SHOWN = 5
HALF = 0.5  # JSON, but not of the schema, or not alone where it should be


class Params(OfParts):
    # "schema" is taken by pydantic, so the field has its own name and authors write `schema`.
    json_schema: dict[str, Any] = Field(alias="schema")
    """JSON Schema 2020-12; references only inside it."""
    extract: How = "fenced"
    """Where JSON may stand: alone (`strict`), also in a code block (`fenced`), also in running text (`first`)."""
    alone: bool = False
    """Full marks only where nothing but the JSON stands there."""

    model_config = {"populate_by_name": True, "serialize_by_alias": True}

    @field_validator("json_schema")
    @classmethod
    def _usable(cls, schema: dict[str, Any]) -> dict[str, Any]:
        for reference in _references(schema):
            if not reference.startswith("#"):
                raise ValueError(f"$ref {reference!r}: only references inside this schema (#/…) are followed")
        _validator(schema)
        return schema


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (str(value) for key, value in node.items() if key in ("$ref", "$dynamicRef"))
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _refuse(uri: str) -> Any:
    """Nothing outside the schema is read: not by a reference, and not by `$schema` or `$id` either."""
    raise ValueError(f"{uri!r} is not part of this schema")


def _validator(schema: dict[str, Any]) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(
            schema,
            validate_formats=True,
            # Without back-tracking: an author's pattern cannot hang on a student's text.
            pattern_options=jsonschema_rs.RegexOptions(),
            retriever=_refuse,
        )
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise ValueError(f"not a JSON Schema: {str(error).splitlines()[0]}") from error


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    validator = _validator(params.json_schema)
    return judge_parts(params, evidence, lambda part: _judge(params, part, validator))


def _judge(params: Params, part: Part, validator: Any) -> Finding:
    try:
        found = strict_json.find(part.text, params.extract)
    except BadJson as error:
        return _invalid(part, error)
    errors = islice(innermost(list(islice(validator.iter_errors(found.value), ERRORS_READ))), ERRORS_SHOWN)
    problems = [explain(error) for error in errors]
    quote = Quote(part.text[found.start : found.end][:2000], part.where, found.start, found.end)
    return _judged(params, found, problems, quote)


def _judged(params: Params, found: Found, problems: list[Text], quote: Quote) -> Finding:
    data = {"errors": [problem["en"] for problem in problems], "clean": found.clean}
    if problems:
        text = {
            "en": f"Valid JSON, but: {'; '.join(problem['en'] for problem in problems)}.",
            "fr": f"JSON valide, mais : {' ; '.join(problem['fr'] for problem in problems)}.",
        }
        return Finding(Status.PARTIAL, HALF, text, (quote,), data)
    if params.alone and not found.clean:
        text = both(
            "The JSON is right, but something stands around it.", "Le JSON est correct, mais du texte l'entoure."
        )
        return Finding(Status.PARTIAL, HALF, text, (quote,), data)
    return Finding(Status.PASS, 1.0, both("Valid JSON of the schema.", "JSON valide et conforme."), (quote,), data)


def _invalid(part: Part, error: BadJson) -> Finding:
    where_en = f" at line {error.line}, column {error.column}" if error.line else ""
    where_fr = f" ligne {error.line}, colonne {error.column}" if error.line else ""
    text: Text = {
        "en": f"Not valid JSON{where_en}: {error.message}.",
        "fr": f"JSON invalide{where_fr} : {FRENCH.get(error.code, error.message)}.",
    }
    data = {"code": error.code, "line": error.line, "column": error.column}
    return Finding(Status.FAIL, 0.0, text, (Quote(part.text[:200], part.where, 0, min(200, len(part.text))),), data)


FRENCH = {
    "syntax": "la syntaxe n'est pas celle de JSON",
    "duplicate_key": "une clé apparaît deux fois",
    "not_a_number": "un nombre n'est pas permis par JSON",
    "not_text": "une moitié de paire de substitution n'est pas un caractère",
    "too_deep": "trop de niveaux imbriqués",
    "too_big": "le texte est trop long",
    "empty": "il n'y a pas de texte",
}

CRITERION = Criterion(label=both("JSON of a schema", "JSON conforme"), params=Params, assess=assess)
