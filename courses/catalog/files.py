"""A course as the files of its folder: the reverse of `load`."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from courses.catalog import yaml_writer
from courses.catalog.dates import Calendar
from courses.catalog.schema import AuthorFile, ExerciseFile
from courses.catalog.tree import CourseTree, ExerciseTree, LessonTree, ModuleTree


def files_of(tree: CourseTree) -> dict[str, bytes]:
    """Path below the course's folder → content."""
    files = {"course.yml": yaml_writer.write(_written(tree.file, tree.calendar))}
    for module in tree.modules:
        folder = f"{module.position:02}-{module.slug}"
        files[f"{folder}/module.yml"] = yaml_writer.write(_module(module))
        for lesson in module.lessons:
            files |= {f"{folder}/{name}": text for name, text in _lesson(lesson)}
        for place, exercise in enumerate(module.exercises, start=1):
            data = exercise_data(exercise, tree.calendar, place)
            files[f"{folder}/exercises/{exercise.slug}.yml"] = yaml_writer.write(data)
    texts = {name: text.encode() for name, text in files.items()}
    return texts | {f"assets/{asset.path}": asset.read() for asset in tree.assets}


def _module(tree: ModuleTree) -> dict[str, Any]:
    found: dict[str, Any] = {"title": dict(tree.title)}
    if tree.summary:
        found["summary"] = dict(tree.summary)
    if tree.exercises:
        found["exercises"] = [exercise.slug for exercise in tree.exercises]
    return found


def _lesson(tree: LessonTree) -> Iterator[tuple[str, str]]:
    for language, body in tree.body.items():
        front = yaml_writer.write({"title": tree.title[language]})
        yield f"{tree.position:02}-{tree.slug}.{language}.md", f"---\n{front}---\n{body}"


def exercise_data(tree: ExerciseTree, calendar: Calendar, place: int) -> dict[str, Any]:
    """What an author would write, without what is the default anyway. `place`: in the module's list, from 1."""
    data = _written(tree.file, calendar) | {"spec": tree.spec_json()}
    if "rubric" in data:  # else it is the one that the kind offers
        data["rubric"] = as_written(tree.rubric)
    if not data["spec"]:
        del data["spec"]
    data |= {name: rule for name, rule in tree.date_rules.items() if name in data}
    data.pop("position", None)
    if tree.position != place:
        data["position"] = tree.position
    return {name: data[name] for name in ExerciseFile.model_fields if name in data}


def _written(file: AuthorFile, calendar: Calendar) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in type(file).model_fields.items():
        value = getattr(file, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            found[name] = _plain(value, calendar)
    return found


def _plain(value: Any, calendar: Calendar) -> Any:
    match value:
        case datetime():
            return calendar.written(value)
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Enum():
            return value.value
        case BaseModel():
            return value.model_dump(mode="json", exclude_unset=True)
        case dict():
            return {name: _plain(each, calendar) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each, calendar) for each in value]
    return value


def as_written(model: BaseModel) -> dict[str, Any]:
    """Without defaults, where the schema fills them in again the same way."""
    short = model.model_dump(mode="json", exclude_defaults=True)
    try:
        same = type(model).model_validate(short) == model
    except ValueError:  # a default may be what tells alternatives apart
        same = False
    return short if same else model.model_dump(mode="json", exclude_unset=True)
