"""A course folder as it was read: complete, checked, and not yet in the database. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from courses.catalog.dates import Calendar
from courses.catalog.schema import CourseFile, ExerciseFile
from courses.grading.rubric import Rubric
from courses.texts import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """`file:line: message`, with the file relative to where the reading began."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BadCourse(Exception):
    """The files have problems: all of them, in order of file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.file, problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class LessonTree:
    slug: str
    position: int
    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class ExerciseTree:
    slug: str
    position: int
    file: ExerciseFile
    spec: BaseModel  # the kind's `spec` model
    rubric: Rubric
    reference_lines: tuple[int, ...] = ()  # where each reference stands in the file
    date_rules: Mapping[str, str] = field(default_factory=dict)  # {"due_at": "week 3 friday 23:59"}

    def spec_json(self) -> dict[str, Any]:
        """What the author wrote, without defaults: it is shown as YAML in the admin."""
        return self.spec.model_dump(mode="json", exclude_unset=True)


@dataclass(frozen=True, slots=True)
class ModuleTree:
    slug: str
    position: int
    title: Text
    summary: Text
    lessons: tuple[LessonTree, ...]
    exercises: tuple[ExerciseTree, ...]


@dataclass(frozen=True, slots=True)
class AssetTree:
    path: str  # below `assets/`
    digest: str  # SHA-256
    size: int  # bytes
    read: Callable[[], bytes] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CourseTree:
    slug: str
    file: CourseFile
    modules: tuple[ModuleTree, ...]
    revision: str  # SHA-256 over the names and contents of all files; empty where it was not read from files
    assets: tuple[AssetTree, ...] = ()

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.file.starts_on, self.file.time_zone)

    def read_asset(self, path: str) -> bytes:
        """A file below `assets/` (`assets/a.png` or `a.png`). Raises KeyError."""
        return {asset.path: asset.read for asset in self.assets}[path.removeprefix("assets/")]()
