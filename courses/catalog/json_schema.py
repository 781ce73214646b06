"""JSON Schemas of the files of a course folder, for editors that complete and check while an author writes.

Made from the same pydantic models that read the files; kinds and criteria bring their own parts. What only the loader
can see (a file that nothing names, two equal slugs) is not in them: `check_courses` has the last word.
"""

from functools import cache
from typing import Any

from pydantic import BaseModel

from courses.catalog.schema import CourseFile, ExerciseFile, LessonFront, ModuleFile
from courses.grading.registry import all_criteria
from courses.grading.rubric import Rubric
from courses.kinds.registry import all_kinds

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def schemas() -> dict[str, Schema]:
    """Name of the schema's file → schema."""
    return {
        "course.json": _whole(CourseFile),
        "module.json": _whole(ModuleFile),
        "lesson.json": _whole(LessonFront),
        "exercise.json": _exercise(),
    }


def _whole(model: type[BaseModel]) -> Schema:
    return {"$schema": DIALECT, **model.model_json_schema()}


def _exercise() -> Schema:
    schema = _whole(ExerciseFile)
    defs = schema.setdefault("$defs", {})
    schema["properties"]["kind"]["enum"] = list(all_kinds())
    rubric = _ref(Rubric, "rubric", defs)
    schema["properties"]["rubric"] = {"anyOf": [rubric, {"type": "null"}], "default": None}
    criterion = defs["rubric.CriterionItem"]
    criterion["properties"]["criterion"]["enum"] = list(all_criteria())
    criterion["allOf"] = [
        _when("criterion", slug, {"params": _ref(each.params, f"criterion.{slug}", defs)})
        for slug, each in all_criteria().items()
    ]
    schema["allOf"] = [_when("kind", slug, _of_kind(slug, defs)) for slug in all_kinds()]
    return schema


def _of_kind(slug: str, defs: Schema) -> Schema:
    kind = all_kinds()[slug]
    work = {"properties": {"work": _ref(kind.reference, f"{slug}.work", defs)}}
    return {"spec": _ref(kind.spec, f"{slug}.spec", defs), "references": {"items": work}}


def _when(name: str, value: str, then: Schema) -> Schema:
    return {
        "if": {"properties": {name: {"const": value}}, "required": [name]},
        "then": {"properties": then},
    }


def _ref(model: type[BaseModel], prefix: str, defs: Schema) -> Schema:
    """Move the model's schema with all its parts under `defs`, each name with the prefix."""
    schema = model.model_json_schema(ref_template=f"#/$defs/{prefix}.{{model}}")
    for name, part in schema.pop("$defs", {}).items():
        defs[f"{prefix}.{name}"] = part
    defs[prefix] = schema
    return {"$ref": f"#/$defs/{prefix}"}
