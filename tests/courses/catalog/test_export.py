"""Rows to files and back: nothing is lost, nothing is added."""

import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.catalog import yaml_nodes, yaml_writer
from courses.catalog.files import files_of
from courses.catalog.folders import LIBRARY
from courses.catalog.load import load
from courses.catalog.models import Asset, Course, Exercise, Lesson, Module
from courses.catalog.revisions import export
from courses.catalog.rows import OTHERWISE, plain_columns, tree_of
from courses.catalog.schema import (
    CourseFile,
    ExerciseFile,
    GradebookRules,
    ModuleMarks,
    PlaygroundRules,
    Reference,
    ReviewRules,
)
from courses.catalog.sync import sync
from courses.catalog.tree import AssetTree, CourseTree, ExerciseTree, LessonTree, ModuleTree
from courses.grading.rubric import Rubric
from courses.kinds.registry import all_kinds
from tests.courses.catalog.folders import EXERCISE, make_course_folder

WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t"), min_size=1, max_size=60
)
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=40).filter(str.strip)
TEXTS = st.fixed_dictionaries({"en": WORDS.filter(str.strip)}, optional={"fr": WORDS.filter(str.strip)})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINE.map(str.strip), inner, max_size=3),
    max_leaves=8,
)
NUMBERS = [
    "1e3",
    "0x1F",
    "1_000",
    "12:30:45",
    "2024-01-01",
    "no",
    "~",
    "null",
    ".5",
    "+1",
    "1.",
    "=",
    "<<",
    "",
    " ",
    "-",
]


@given(data=JSON)
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read_back(data: Any) -> None:
    assert yaml_nodes.parse(yaml_writer.write({"data": data})).data == {"data": data}


@pytest.mark.parametrize(
    "text", [*NUMBERS, "a\x85b\nc", " leading\nline", "trailing \nline", "tab\there\n\n", "# no\n"]
)
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    assert yaml_nodes.parse(yaml_writer.write({"data": text})).data == {"data": text}


def body(text: str) -> str:
    return text.strip() + "\n"


@st.composite
def lessons(draw: st.DrawFn) -> LessonTree:
    titles = draw(st.fixed_dictionaries({"en": LINE}, optional={"fr": LINE}))
    bodies = {code: body(draw(st.text("ab *`#\n-|é", min_size=1, max_size=50).filter(str.strip))) for code in titles}
    return LessonTree(f"lesson-{draw(st.integers(1, 10**6))}", draw(st.integers(1, 999)), titles, bodies)


@st.composite
def exercises(draw: st.DrawFn, slug: str) -> ExerciseTree:
    spec = {"alias": "chat-small", "turn_limit": draw(st.integers(1, 50))}
    rubric = {
        "items": [
            {
                "id": "a",
                "title": draw(TEXTS),
                "criterion": "contains",
                "params": {"terms": draw(st.lists(LINE.map(str.strip), min_size=1, max_size=3))},
                "weight": draw(st.floats(0.1, 10)),
            }
        ]
    }
    opens = draw(st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    file = ExerciseFile(
        title=draw(TEXTS), kind="chat", statement=draw(TEXTS), spec=spec, rubric=rubric, opens_at=opens,
        points=Decimal(draw(st.integers(0, 10_000))) / 100, pass_mark=draw(st.floats(0, 1)),
        attempt_limit=draw(st.none() | st.integers(1, 9)), archived=draw(st.booleans()),
        references=[Reference(name=draw(LINE), work={"turns": []}, score=draw(st.none() | st.just((0.25, 0.5))))],
    )  # fmt: skip
    position = draw(st.integers(0, 99))
    file = file.model_copy(update={"position": position})
    return ExerciseTree(
        slug, position, file, all_kinds()["chat"].spec.model_validate(spec), Rubric.model_validate(rubric)
    )


PARTS = st.builds(ModuleMarks, weight=st.none() | st.floats(0, 9), drop_lowest=st.integers(0, 3))
GRADEBOOKS = st.builds(
    GradebookRules, modules=st.dictionaries(st.sampled_from(["module-1", "module-2"]), PARTS), by_hand=PARTS
)


@st.composite
def courses(draw: st.DrawFn) -> CourseTree:
    review = ReviewRules(blind=draw(st.booleans()), audit=draw(st.floats(0, 1)), requests=draw(st.integers(0, 9)))
    aliases = draw(st.sampled_from([[], ["chat-small", "image-turbo"]]))
    play = PlaygroundRules(enabled=draw(st.booleans()), aliases=aliases)
    file = CourseFile(
        title=draw(TEXTS), summary=draw(st.none() | TEXTS), published=draw(st.booleans()), review=review,
        playground=play, gradebook=draw(GRADEBOOKS),
    )  # fmt: skip
    modules = tuple(
        ModuleTree(
            slug=f"module-{number}",
            position=number,
            title=draw(TEXTS),
            summary=draw(st.just({}) | TEXTS),
            lessons=_in_order(draw(st.lists(lessons(), max_size=2))),
            exercises=tuple(draw(exercises(f"exercise-{number}-{at}")) for at in range(draw(st.integers(0, 2)))),
        )
        for number in range(draw(st.integers(0, 2)))
    )
    return CourseTree("made-up", file, modules, "")


def _in_order(found: list[LessonTree]) -> tuple[LessonTree, ...]:
    return tuple(replace(lesson, slug=f"lesson-{at}", position=at) for at, lesson in enumerate(found, start=1))


def written(tree: CourseTree, folder: Path) -> Path:
    for name, data in files_of(tree).items():
        (folder / tree.slug / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / tree.slug / name).write_bytes(data)
    return folder / tree.slug


def comparable(tree: CourseTree) -> Any:
    """Without what differs by nature: where it was read, lines, and what was said aloud though it is the default."""
    return [tree.slug, tree.file, tree.assets, [_module(module) for module in tree.modules]]


def _module(module: ModuleTree) -> Any:
    found = [(each.slug, each.position, plain_columns(each.file), each.file.references, each.spec, each.rubric,
              each.date_rules) for each in module.exercises]  # fmt: skip
    return [module.slug, module.position, module.title, module.summary, module.lessons, found]


@given(tree=courses())
@settings(max_examples=20, deadline=None)
def test_import_of_an_export_is_the_same_course(tree: CourseTree) -> None:
    with TemporaryDirectory() as folder:
        assert comparable(load(written(tree, Path(folder)))) == comparable(tree)


COLUMNS = {
    Course: ["title", "slug", "summary", "published", "starts_on", "time_zone", "image_hosts", "review",
             "playground", "gradebook", "local_only"],
    Module: ["slug", "title", "summary", "position"],
    Lesson: ["module__slug", "slug", "title", "body", "position"],
    Exercise: ["module__slug", "slug", "position", "spec", "rubric__digest", "references", "date_rules",
               *(name for name in ExerciseFile.model_fields if name not in OTHERWISE)],
    Asset: ["path", "digest", "size"],
}  # fmt: skip


def rows() -> Any:
    return [list(model.objects.order_by(*columns).values(*columns)) for model, columns in COLUMNS.items()]  # type: ignore[attr-defined]


DATED = EXERCISE.replace(
    "title: {en: Say", "due_at: week 3 friday 23:59\nopens_at: 2026-09-01T08:00+02:00\ntitle: {en: Say"
)
COURSE = (
    "title: {en: Greeting, fr: Saluer}\nstarts_on: 2026-09-07\ntime_zone: Europe/Paris\n"
    "local_only: true\nreview: {blind: true, audit: 0.1}\nplayground: {aliases: [chat-small]}\n"
    "gradebook: {modules: {first-steps: {weight: 30, drop_lowest: 1}}, by_hand: {weight: 10}}\n"
)


@pytest.mark.django_db
def test_rows_come_back_the_same(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path, course=COURSE, exercise=DATED)
    (folder / "assets").mkdir()
    (folder / "assets" / "a.svg").write_text("<svg/>")
    sync(folder)
    before = rows()
    call_command("export_course", "greeting", tmp_path / "out", stdout=StringIO())
    Course.objects.all().delete()

    sync(tmp_path / "out" / "greeting")

    assert rows() == before
    text = (tmp_path / "out/greeting/01-start/exercises/hello.yml").read_text()
    assert "due_at: week 3 friday 23:59\n" in text
    assert "opens_at: '2026-09-01T08:00:00+02:00'\n" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in LIBRARY.glob("*/course.yml")), ids=lambda path: path.name
)
def test_every_starter_course_comes_back_the_same(folder: Path, tmp_path: Path) -> None:
    original = load(folder)
    sync(folder)

    again = load(written(tree_of(Course.objects.get(slug=original.slug)), tmp_path))

    assert comparable(again) == comparable(original)
    assert not sync(written(again, tmp_path / "twice")).created


@pytest.mark.django_db
def test_row_edited_by_hand_becomes_the_file(tmp_path: Path) -> None:
    sync(make_course_folder(tmp_path))
    Exercise.objects.update(points=Decimal("2.50"), archived=True, position=7)
    Lesson.objects.update(body={"en": "\r\nEdited.\r\n", "fr": " "})

    tree = tree_of(Course.objects.get())
    files = {name: data.decode() for name, data in files_of(tree).items()}

    assert "points: 2.5\narchived: true\nposition: 7\n" in files["01-start/exercises/hello.yml"]
    assert files["01-start/01-words.en.md"] == "---\ntitle: Words\n---\nEdited.\n"
    assert "01-start/01-words.fr.md" not in files


@pytest.mark.django_db
def test_zip_of_the_same_course_has_the_same_bytes(tmp_path: Path) -> None:
    sync(make_course_folder(tmp_path))
    course = Course.objects.get()

    first, second = export(course), export(course)

    assert first == second
    assert "greeting/course.yml" in zipfile.ZipFile(BytesIO(first)).namelist()
    call_command("export_course", "greeting", tmp_path / "c.zip", stdout=StringIO())
    assert (tmp_path / "c.zip").read_bytes() == first


@pytest.mark.django_db
def test_export_overwrites_nothing(tmp_path: Path) -> None:
    sync(make_course_folder(tmp_path))

    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_course", "greeting", tmp_path)
    with pytest.raises(CommandError, match="There is no course 'gone'"):
        call_command("export_course", "gone", tmp_path)


def test_every_field_of_an_exercise_file_has_a_column() -> None:
    file = ExerciseFile(title={"en": "A"}, kind="chat", statement={"en": "B"}, rubric={})

    assert set(plain_columns(file)) <= {field.name for field in Exercise._meta.get_fields()}


def test_assets_are_written(tmp_path: Path) -> None:
    tree = CourseTree("made-up", CourseFile(title={"en": "A"}), (), "", (AssetTree("a.txt", "", 1, lambda: b"1"),))

    assert (written(tree, tmp_path) / "assets" / "a.txt").read_bytes() == b"1"
