"""Read a course folder into a tree, or say everything that is wrong with it as `file:line: message`."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from courses.catalog import asset_files, live, yaml_nodes
from courses.catalog.dates import Calendar, is_rule
from courses.catalog.links import bad_formulas, problems_in
from courses.catalog.schema import DATES, CourseFile, ExerciseFile, LessonFront, ModuleFile
from courses.catalog.tree import AssetTree, BadCourse, CourseTree, ExerciseTree, LessonTree, ModuleTree, Problem
from courses.catalog.yaml_nodes import Document
from courses.grading.parts import OfParts
from courses.grading.rubric import Rubric, criteria_of
from courses.kinds.registry import AnyKind, all_kinds
from courses.texts import LANGUAGES

ModelT = TypeVar("ModelT", bound=BaseModel)

NUMBERED = re.compile(r"(\d{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)")
LESSON = re.compile(r"(\d{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z]{2})\.md")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
READ_LIMIT = 2_000_000  # bytes of one file
EXERCISE_LIMIT = 1000  # of a course
LESSON_LIMIT = 2000  # files, of all languages


def load(folder: Path) -> CourseTree:
    """The course in `folder`, whose name is its slug. Raises BadCourse with every problem found."""
    return _Reader(folder.resolve()).read()


class _Reader:
    """Collects problems on the way, so that an author sees all of them at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.assets: tuple[AssetTree, ...] = ()
        self.hosts: Sequence[str] = ()
        self.context: dict[str, Any] = {}  # what dates are relative to

    def read(self) -> CourseTree:
        if not (self.folder / "course.yml").is_file():
            raise BadCourse([Problem(f"{self.folder.name}/course.yml", 1, "this file is missing")])
        if not SLUG.fullmatch(self.folder.name):
            self._problem(self.folder / "course.yml", 1, "the folder's name must be lower-case words joined by dashes")
        file = self._parse_file(self.folder / "course.yml", CourseFile)
        self.hosts = file.image_hosts if file else []
        self.context = {"calendar": Calendar(file.starts_on, file.time_zone) if file else Calendar()}
        self.assets = self._assets()
        self._check_size()
        modules = tuple(filter(None, (self._module(path) for path in self._folders())))
        self._check_unique(modules)
        if self.problems or file is None:
            raise BadCourse(self.problems)
        return CourseTree(self.folder.name, file, modules, _revision(self.folder), self.assets)

    def _check_size(self) -> None:
        """Before each is read: a course that no page could list is not read at all."""
        exercises = sum(1 for _path in self.folder.glob("*/exercises/*.yml"))
        lessons = sum(1 for _path in self.folder.glob("*/*.md"))
        for count, most, what in ((exercises, EXERCISE_LIMIT, "exercises"), (lessons, LESSON_LIMIT, "lessons")):
            if count > most:
                said = f"the course has {count} {what}; at most {most} are read"
                raise BadCourse([Problem(f"{self.folder.name}/course.yml", 1, said)])

    # --- modules ------------------------------------------------------------------------------------------------
    def _folders(self) -> Iterator[Path]:
        for path in sorted(self.folder.iterdir()):
            if path.is_dir() and not path.name.startswith((".", "_")) and path.name != "assets":
                if NUMBERED.fullmatch(path.name):
                    yield path
                else:
                    self._problem(path / "module.yml", 1, "a module's folder is named like 01-first-steps")

    def _module(self, path: Path) -> ModuleTree | None:
        position, slug = _numbered(path.name)
        if not (path / "module.yml").is_file():
            self._problem(path / "module.yml", 1, "this file is missing")
            return None
        lessons, file = self._lessons(path), self._parse_file(path / "module.yml", ModuleFile)
        if file is None:
            self._exercises(path, [])
            return None
        exercises = self._exercises(path, file.exercises)
        return ModuleTree(slug, position, file.title, file.summary or {}, lessons, exercises)

    def _check_unique(self, modules: Sequence[ModuleTree]) -> None:
        """Slugs are addresses: a module's within the course, an exercise's too, so that it may move to another."""
        seen: dict[str, str] = {}
        for module in modules:
            if module.slug in seen:
                self._problem(self.folder / "course.yml", 1, f"two modules are called {module.slug!r}")
            seen[module.slug] = module.slug
        owners: dict[str, str] = {}
        for module in modules:
            for exercise in module.exercises:
                if exercise.slug in owners:
                    where = f"also in module {owners[exercise.slug]!r}; a course has each name once"
                    self._problem(self.folder / "course.yml", 1, f"the exercise {exercise.slug!r} is {where}")
                owners[exercise.slug] = module.slug

    # --- lessons ------------------------------------------------------------------------------------------------
    def _lessons(self, folder: Path) -> tuple[LessonTree, ...]:
        titles: dict[tuple[int, str], dict[str, str]] = {}
        bodies: dict[tuple[int, str], dict[str, str]] = {}
        for path in sorted(folder.glob("*.md")):
            match = LESSON.fullmatch(path.name)
            if match is None or match[3] not in LANGUAGES:
                self._problem(path, 1, f"a lesson is named like 01-tokens.en.md; languages: {', '.join(LANGUAGES)}")
                continue
            lesson = (int(match[1]), match[2])
            if (found := self._lesson(path)) is not None:
                titles.setdefault(lesson, {})[match[3]] = found[0]
                bodies.setdefault(lesson, {})[match[3]] = found[1]
        slugs = [slug for _position, slug in titles]
        for twice in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
            self._problem(folder / "module.yml", 1, f"the lesson {twice!r} has two different numbers")
        return tuple(LessonTree(slug, at, titles[at, slug], bodies[at, slug]) for at, slug in sorted(titles))

    def _lesson(self, path: Path) -> tuple[str, str] | None:
        text = self._text(path)
        if text is None:
            return None
        head, mark, body = text.removeprefix("---\n").partition("\n---\n")
        if not text.startswith("---\n") or not mark:
            self._problem(path, 1, "a lesson begins with its title: ---, title: …, ---")
            return None
        front = self._validated(path, LessonFront, self._document(path, head, first_line=2))
        if front is not None and not body.strip():
            self._problem(path, 1, "the lesson has no text")
        offset = head.count("\n") + 3
        self._check_links(path, body, offset=offset)
        for line, info, content in live.blocks_in(body):
            self._check_live(path, line + offset, info, content)
        return None if front is None else (front.title, body.strip() + "\n")

    def _check_live(self, path: Path, line: int, info: str, content: str) -> None:
        try:
            live.read(info, content)
        except live.BadBlock as error:
            self._problem(path, line + error.line, error.message)

    def _check_links(self, path: Path, text: str, *, offset: int) -> None:
        """`offset`: how many lines of the file stand before the text."""
        for line, said in problems_in(text, {asset.path for asset in self.assets}, self.hosts):
            self._problem(path, line + offset, said)
        for line, said in bad_formulas(text):
            self._problem(path, line + offset, said)

    # --- exercises ----------------------------------------------------------------------------------------------
    def _exercises(self, folder: Path, order: Sequence[str]) -> tuple[ExerciseTree, ...]:
        paths = {path.stem: path for path in sorted((folder / "exercises").glob("*.yml"))}
        for slug in order:
            if slug not in paths:
                self._problem(folder / "module.yml", 1, f"there is no exercises/{slug}.yml")
            if order.count(slug) > 1:
                self._problem(folder / "module.yml", 1, f"the exercise {slug!r} is named twice")
        for slug, path in paths.items():
            if not SLUG.fullmatch(slug):
                self._problem(path, 1, "an exercise's file is named by lower-case words joined by dashes")
            if slug not in order:
                self._problem(path, 1, "module.yml does not name this exercise under `exercises`")
        found = (self._exercise(paths[slug], at) for at, slug in enumerate(order, start=1) if slug in paths)
        return tuple(filter(None, found))

    def _exercise(self, path: Path, position: int) -> ExerciseTree | None:
        document = self._document(path, self._text(path))
        file = self._validated(path, ExerciseFile, document)
        if file is None or document is None:
            return None
        kind = all_kinds().get(file.kind)
        if kind is None:
            known = ", ".join(all_kinds())
            self._problem(path, document.line_of(["kind"]), f"unknown kind {file.kind!r}; known: {known}")
        spec = None if kind is None else self._validated(path, kind.spec, document, under=("spec",), data=file.spec)
        wanted = file.rubric if spec is None or kind is None else file.rubric or default_rubric(kind, spec)
        if wanted is None:
            self._problem(path, document.line_of(["kind"]), "rubric: this kind has no default rubric; write one")
        rubric = wanted and self._validated(path, Rubric, document, under=("rubric",), data=wanted)
        if kind is None or spec is None or not rubric:
            return None
        self._check_parts(path, document, kind, rubric)
        if wrong := live.unknown_prefill(kind.run, file.prefill):
            self._problem(path, document.line_of(["prefill", wrong[0]]), wrong[1])
        for language, text in file.statement.items():
            self._check_links(path, text, offset=document.line_of(["statement", language]))
        for number, reference in enumerate(file.references):
            under = ("references", number, "work")
            self._validated(path, kind.reference, document, under=under, data=reference.work)
        lines = tuple(document.line_of(("references", number)) for number in range(len(file.references)))
        rules = {name: value for name, value in document.data.items() if is_rule(value) and name in DATES}
        place = position if file.position is None else file.position
        return ExerciseTree(path.stem, place, file, spec, rubric, lines, rules)

    def _check_parts(self, path: Path, document: Document, kind: AnyKind, rubric: Rubric) -> None:
        """A criterion that looks at a piece of work that the kind never has would leave every mark open."""
        for item_id, message in foreign_parts(kind, rubric):
            self._problem(path, _line_of_item(document, item_id), f"{item_id}: {message}")

    # --- assets -------------------------------------------------------------------------------------------------
    def _assets(self) -> tuple[AssetTree, ...]:
        paths = sorted(path for path in (self.folder / "assets").rglob("*") if path.is_symlink() or path.is_file())
        if len(paths) > asset_files.COUNT_LIMIT:
            self._problem(self.folder / "course.yml", 1, f"{len(paths)} assets; at most {asset_files.COUNT_LIMIT}")
            return ()
        found = tuple(filter(None, (self._asset(path) for path in paths if not path.name.startswith("."))))
        total = sum(asset.size for asset in found)
        if total > asset_files.TOTAL_LIMIT:
            said = f"the assets have {total} bytes together; at most {asset_files.TOTAL_LIMIT}"
            self._problem(self.folder / "course.yml", 1, said)
        return found

    def _asset(self, path: Path) -> AssetTree | None:
        if path.is_symlink() or not path.resolve().is_relative_to(self.folder):
            self._problem(path, 1, "links are not followed")
            return None
        name, size = path.relative_to(self.folder / "assets").as_posix(), path.stat().st_size
        wrong = asset_files.problem_with(name, size)
        if wrong is not None:
            self._problem(path, 1, wrong)
            return None
        return AssetTree(name, hashlib.sha256(path.read_bytes()).hexdigest(), size, path.read_bytes)

    # --- files --------------------------------------------------------------------------------------------------
    def _parse_file(self, path: Path, model: type[ModelT]) -> ModelT | None:
        return self._validated(path, model, self._document(path, self._text(path)))

    def _text(self, path: Path) -> str | None:
        if path.is_symlink() or not path.resolve().is_relative_to(self.folder):
            self._problem(path, 1, "links are not followed")
            return None
        raw = path.read_bytes()
        if len(raw) > READ_LIMIT:
            self._problem(path, 1, f"the file has {len(raw)} bytes; at most {READ_LIMIT} are read")
            return None
        try:
            return raw.decode().removeprefix("\ufeff").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            self._problem(path, raw[: error.start].count(b"\n") + 1, "this is not UTF-8 text")
            return None

    def _document(self, path: Path, text: str | None, *, first_line: int = 1) -> Document | None:
        if text is None:
            return None
        try:
            return yaml_nodes.parse(text, first_line=first_line)
        except yaml_nodes.BadYaml as error:
            self._problem(path, error.line, error.message)
            return None

    def _validated(
        self,
        path: Path,
        model: type[ModelT],
        document: Document | None,
        *,
        under: yaml_nodes.Path = (),
        data: object = None,
    ) -> ModelT | None:
        if document is None:
            return None
        try:
            return model.model_validate(data if under else document.data, context=self.context)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                place = [*under, *(step for step in found["loc"] if not str(step).startswith("("))]
                self._problem(path, document.line_of(place), _message(place, found["msg"]))
            return None

    def _problem(self, path: Path, line: int, message: str) -> None:
        self.problems.append(Problem(path.relative_to(self.folder.parent).as_posix(), line, message))


def default_rubric(kind: AnyKind, spec: BaseModel) -> dict[str, Any] | None:
    """The rubric of an exercise whose author wrote none, where the kind offers one."""
    return kind.default_rubric(spec) if kind.default_rubric else None


def foreign_parts(kind: AnyKind, rubric: Rubric) -> Iterator[tuple[str, str]]:
    """(id of a criterion, what is wrong) for criteria that look at a piece of work that the kind never has."""
    for item in criteria_of(rubric):
        base = re.split(r"[.:]", item.params.of)[0] if isinstance(item.params, OfParts) else None
        if base is not None and base not in kind.parts:
            yield item.id, f"this kind has no part {base!r}; it has {', '.join(kind.parts)}"


def _numbered(name: str) -> tuple[int, str]:
    number, _, slug = name.partition("-")
    return int(number), slug


def _message(place: Sequence[str | int], message: str) -> str:
    where = ".".join(str(step) for step in place)
    said = message.removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def _line_of_item(document: Document, item_id: str) -> int:
    for path, line in document.lines.items():
        if path[-1:] == ("id",) and _at(document, path) == item_id:
            return line
    return document.line_of(["rubric"])


def _at(document: Document, path: yaml_nodes.Path) -> object:
    value: object = document.data
    for step in path:
        value = value[step]  # type: ignore[index]  # the path was recorded from this data
    return value


def _revision(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if _is_of_course(path, folder) and path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_of_course(path: Path, folder: Path) -> bool:
    return path.suffix in (".yml", ".md") or path.is_relative_to(folder / "assets")
