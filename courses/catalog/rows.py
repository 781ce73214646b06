"""A course from its rows, as if it had been read from a folder: for export, copies and comparison."""

import itertools
import re
from collections.abc import Iterable
from functools import partial
from typing import Any, TypeVar

from django.db.models import Prefetch
from pydantic import BaseModel, ValidationError

from courses.catalog import assets
from courses.catalog.load import default_rubric
from courses.catalog.models import Asset, Course, Exercise, Lesson, Module
from courses.catalog.schema import CourseFile, ExerciseFile
from courses.catalog.tree import AssetTree, BadCourse, CourseTree, ExerciseTree, LessonTree, ModuleTree, Problem
from courses.grading.rubric import Rubric
from courses.kinds.registry import all_kinds
from courses.texts import localise

ModelT = TypeVar("ModelT", bound=BaseModel)
OTHERWISE = {"spec", "rubric", "references", "position"}  # fields of an exercise file that are no plain column
MOST_NUMBERED = 999  # folders and lessons carry their place in two or three digits


def plain_columns(file: ExerciseFile) -> dict[str, Any]:
    """Column → value for every field that a row keeps under the same name."""
    return {name: _stored(getattr(file, name)) for name in ExerciseFile.model_fields if name not in OTHERWISE}


def _stored(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_stored(each) for each in value]
    return value


def tree_of(course: Course) -> CourseTree:
    """Raises BadCourse for rows that no file could hold (made before today's rules, or by hand)."""
    exercises = Prefetch(
        "exercises", Exercise.objects.filter(practice=False).select_related("rubric").order_by("position", "id")
    )
    modules = course.modules.order_by("position", "id").prefetch_related("lessons", exercises)
    file = _valid(CourseFile, _course_data(course), "course.yml")
    return CourseTree(
        slug=course.slug,
        file=file,
        modules=tuple(_module(module, place) for module, place in zip(modules, _places(modules), strict=True)),
        revision="",
        assets=tuple(map(_asset, Asset.objects.filter(course=course).order_by("path"))),
    )


def _course_data(course: Course) -> dict[str, Any]:
    found = {name: getattr(course, name) for name in CourseFile.model_fields}
    return found | {"summary": course.summary or None}


def _asset(row: Asset) -> AssetTree:
    return AssetTree(row.path, row.digest, row.size, partial(assets.read, row.digest))


def _places(rows: Iterable[Module | Lesson]) -> list[int]:
    """Where each stands; counted anew where the rows' own numbers do not fit into names of files."""
    found = [row.position for row in rows]
    fits = all(before < after for before, after in itertools.pairwise(found))
    return found if fits and all(place <= MOST_NUMBERED for place in found) else list(range(1, len(found) + 1))


def _module(module: Module, place: int) -> ModuleTree:
    lessons = sorted(module.lessons.all(), key=lambda lesson: (lesson.position, lesson.pk))
    return ModuleTree(
        slug=module.slug,
        position=place,
        title=module.title,
        summary=module.summary,
        lessons=tuple(_lesson(lesson, at) for lesson, at in zip(lessons, _places(lessons), strict=True)),
        exercises=tuple(_exercise(module, exercise) for exercise in module.exercises.all()),
    )


def _lesson(lesson: Lesson, place: int) -> LessonTree:
    """A language without a text is left out; one without a title borrows it."""
    bodies = {code: lesson_body(text) for code, text in lesson.body.items() if text.strip()}
    titles = {code: lesson.title.get(code, "").strip() or localise(lesson.title, code) for code in bodies}
    return LessonTree(lesson.slug, place, titles, bodies)


def lesson_body(text: str) -> str:
    """As it stands in a file: one newline at the end, none of another system's."""
    return re.sub(r"\r\n?", "\n", text).strip() + "\n"


def _exercise(module: Module, row: Exercise) -> ExerciseTree:
    name = f"{module.slug}/exercises/{row.slug}.yml"
    kind = all_kinds().get(row.kind)
    if kind is None:
        raise BadCourse([Problem(name, 1, f"unknown kind {row.kind!r}")])
    spec, rubric = _valid(kind.spec, row.spec, name), _valid(Rubric, row.rubric.content, name)
    columns = {field: getattr(row, field) for field in ExerciseFile.model_fields if field not in OTHERWISE}
    offered = default_rubric(kind, spec)
    own = None if offered is not None and Rubric.model_validate(offered) == rubric else row.rubric.content
    data = columns | {"spec": row.spec, "rubric": own, "references": row.references}
    file = _valid(ExerciseFile, data, name)
    return ExerciseTree(row.slug, row.position, file, spec, rubric, date_rules=dict(row.date_rules))


def _valid(model: type[ModelT], data: object, name: str) -> ModelT:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        said = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found]
        raise BadCourse([Problem(name, 1, line) for line in said]) from error
