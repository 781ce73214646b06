from pathlib import Path

import pytest

from courses.catalog.load import load
from courses.catalog.references import check_references
from courses.catalog.tree import BadCourse
from tests.courses.catalog.folders import EXERCISE, make_course_folder, write


def problems(folder: Path) -> list[str]:
    with pytest.raises(BadCourse) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


def test_whole_course_is_read(tmp_path: Path) -> None:
    tree = load(make_course_folder(tmp_path))

    [module] = tree.modules
    [lesson] = module.lessons
    [exercise] = module.exercises
    assert (tree.slug, module.slug, module.position, lesson.slug, exercise.slug) == (
        "greeting", "start", 1, "words", "hello",
    )  # fmt: skip
    assert (lesson.title, lesson.body["fr"]) == ({"en": "Words", "fr": "Mots"}, "Des *mots*.\n")
    assert exercise.spec_json() == {"alias": "chat-small", "turn_limit": 3}
    assert len(tree.revision) == 64


def test_all_problems_are_named_with_file_and_line(tmp_path: Path) -> None:
    folder = make_course_folder(
        tmp_path,
        course="title: {en: Greeting}\npublisched: true\n",
        exercise=EXERCISE.replace("  turn_limit: 3", "  turn_limit: 0\n  temperatur: 1").replace(
            "      params: {terms: [hello]}", "      params:\n        terms: []\n        n: x"
        ),
        lesson="no front matter",
    )

    assert problems(folder) == [
        "greeting/01-start/01-words.en.md:1: a lesson begins with its title: ---, title: …, ---",
        "greeting/01-start/exercises/hello.yml:6: spec.turn_limit: Input should be greater than or equal to 1",
        "greeting/01-start/exercises/hello.yml:7: spec.temperatur: Extra inputs are not permitted",
        (
            "greeting/01-start/exercises/hello.yml:14: rubric.items.0.params.terms: "
            "List should have at least 1 item after validation, not 0"
        ),
        (
            "greeting/01-start/exercises/hello.yml:15: rubric.items.0.params.n: "
            "Input should be a valid integer, unable to parse string as an integer"
        ),
        "greeting/course.yml:2: publisched: Extra inputs are not permitted",
    ]


@pytest.mark.parametrize(
    ("course", "line", "message"),
    [
        ("title: {en: A}\ntitle: {en: B}\n", 2, "the key 'title' is written twice (first on line 1)"),
        ("title: &a {en: A}\nsummary: *a\n", 1, "anchors and aliases (& and *) are not allowed: write the value out"),
        ("title: !!python/object:os.system {en: A}\n", 1, "tags (!) are not allowed"),
        ("title: {en: A\n", 2, "expected ',' or '}', but got '<stream end>'"),
        ("title: {en: A}\n\tx: 1\n", 2, "found character '\\t' that cannot start any token"),
        ("title:\n  en: no\n  de: Nein\n", 1, "title: unknown language 'de'; known: en, fr"),
        ("title: {en: ''}\n", 1, "title: at least one language needs a text"),
        ("", 1, "Input should be a valid dictionary or instance of CourseFile"),
        ("- a\n", 1, "Input should be a valid dictionary or instance of CourseFile"),
        ("title: " + "[" * 40 + "]" * 40 + "\n", 1, "nested deeper than 30 levels"),
        ("title: {? [a]: b}\n", 1, "a key must be a word"),
        ("# " + "x" * 300_000, 1, "the file has 300002 characters; at most 256000 are read"),
        ("title: {en: A}\n---\ntitle: {en: B}\n", 2, "but found another document"),
        ("title: {en: \x07}\n", 1, "unacceptable character #x0007: special characters are not allowed"),
    ],
)
def test_wrong_yaml_is_named_with_its_line(tmp_path: Path, course: str, line: int, message: str) -> None:
    assert problems(make_course_folder(tmp_path, course=course)) == [f"greeting/course.yml:{line}: {message}"]


def test_words_that_other_readers_take_for_booleans_and_dates_stay_words(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path, course="title: {en: no, fr: 2024-01-01}\nsummary: {en: on, fr: '1'}\n")

    file = load(folder).file

    assert (file.title, file.summary) == ({"en": "no", "fr": "2024-01-01"}, {"en": "on", "fr": "1"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("kind: chat", "kind: chess"), "hello.yml:2: unknown kind 'chess'; known: chat"),
        (("criterion: contains", "criterion: conteins"), "hello.yml:11: rubric.items.0.criterion: unknown"),
        (("{terms: [hello]}", "{terms: [hello], of: anwser}"), "hello.yml:9: greets: this kind has no part 'anwser'"),
        (
            ("title: {en: Say", "due_at: 2026-01-01T00:00\ntitle: {en: Say"),
            "hello.yml:1: due_at: Input should have time",
        ),
        (
            ("title: {en: Say", "opens_at: 2026-01-02T00:00Z\ncloses_at: 2026-01-01T00:00Z\ntitle: {en: Say"),
            "hello.yml:1: `closes_at` must come after `opens_at`",
        ),
        (("prompt: Hi", "promt: Hi"), "hello.yml:14: references.0.work.turns.0.prompt: Field required"),
    ],
)
def test_wrong_exercise_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    found = problems(make_course_folder(tmp_path, exercise=EXERCISE.replace(*change)))

    assert found[0].startswith(f"greeting/01-start/exercises/{said}")


def test_files_that_nothing_names_are_problems(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    write(
        folder,
        {
            "01-start/exercises/stray.yml": EXERCISE,
            "01-start/02-words.es.md": "x",
            "extras/module.yml": "title: {en: Extras}",
            "02-more/exercises/hello.yml": EXERCISE,
            "03-again/module.yml": "title: {en: Again}\nexercises: [hello, gone]",
            "03-again/exercises/hello.yml": EXERCISE,
        },
    )

    assert problems(folder) == [
        "greeting/01-start/02-words.es.md:1: a lesson is named like 01-tokens.en.md; languages: en, fr",
        "greeting/01-start/exercises/stray.yml:1: module.yml does not name this exercise under `exercises`",
        "greeting/02-more/module.yml:1: this file is missing",
        "greeting/03-again/module.yml:1: there is no exercises/gone.yml",
        "greeting/course.yml:1: the exercise 'hello' is also in module 'start'; a course has each name once",
        "greeting/extras/module.yml:1: a module's folder is named like 01-first-steps",
    ]


def test_link_out_of_the_course_is_not_followed(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    (tmp_path / "secret.md").write_text("---\ntitle: x\n---\nsecret")
    (folder / "01-start" / "02-link.en.md").symlink_to(tmp_path / "secret.md")

    assert problems(folder) == ["greeting/01-start/02-link.en.md:1: links are not followed"]


def test_file_that_is_not_text_is_named_with_its_line(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    (folder / "course.yml").write_bytes(b"title:\n  en: \xff\n")

    assert problems(folder) == ["greeting/course.yml:2: this is not UTF-8 text"]


def test_folder_that_is_no_course(tmp_path: Path) -> None:
    assert problems(tmp_path) == [f"{tmp_path.name}/course.yml:1: this file is missing"]
    assert problems(tmp_path / "gone") == ["gone/course.yml:1: this file is missing"]


def test_reference_with_another_mark_is_a_problem(tmp_path: Path) -> None:
    tree = load(make_course_folder(tmp_path, exercise=EXERCISE.replace("answer: hello", "answer: bye")))

    with pytest.raises(BadCourse) as caught:
        check_references(tree)

    said = "the reference 'good' gets 0.000; declared: 1 to 1"
    assert [str(problem) for problem in caught.value.problems] == [f"greeting/01-start/exercises/hello.yml:14: {said}"]
    assert check_references(load(make_course_folder(tmp_path, name="other"))) == 1
