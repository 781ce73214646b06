from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.catalog.models import Course, Exercise, Lesson, Module, RubricVersion
from courses.catalog.sync import sync
from courses.catalog.tree import BadCourse
from tests.courses.catalog.folders import EXERCISE, make_course_folder, write
from tests.courses.recorded import submitted
from tests.factories.people import make_student
from tests.factories.servers import make_alias

pytestmark = pytest.mark.django_db


def test_course_is_written_and_the_second_time_nothing_changes(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)

    first, second = sync(folder), sync(folder)

    exercise = Exercise.objects.get(slug="hello")
    assert str(first) == "greeting: created 1 course, created 1 exercise, created 1 lesson, created 1 module"
    assert str(second) == "greeting: nothing changed"
    assert not second.changed
    assert exercise.module.course.slug == "greeting"
    assert exercise.rubric.content["items"][0]["id"] == "greets"
    assert RubricVersion.objects.count() == 1


def test_changes_reach_the_rows_and_leave_the_rest(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    sync(folder)
    course, rubric = Course.objects.get(), RubricVersion.objects.get()
    Course.objects.update(joining_open=False)
    make_course_folder(tmp_path, exercise=EXERCISE.replace("[hello]", "[hello, you]"))

    report = sync(folder)

    assert str(report) == "greeting: updated 1 course, updated 1 exercise"
    changed = Course.objects.get()
    assert (changed.join_code, changed.joining_open) == (course.join_code, False)
    assert Exercise.objects.get().rubric != rubric
    assert RubricVersion.objects.count() == 2


def test_hand_edited_row_is_put_back(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    sync(folder)
    Lesson.objects.update(title={"en": "Edited"})

    assert str(sync(folder)) == "greeting: updated 1 lesson"
    assert Lesson.objects.get().title == {"en": "Words", "fr": "Mots"}


def test_course_with_a_problem_changes_nothing(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    sync(folder)
    before = Course.objects.values().get()
    make_course_folder(tmp_path, course="title: {en: New}\n", exercise=EXERCISE.replace("kind: chat", "kind: chess"))

    with pytest.raises(BadCourse):
        sync(folder)

    assert Course.objects.values().get() == before


def test_exercise_that_is_gone_is_deleted_or_archived_with_its_attempts(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    write(folder, {"02-more/module.yml": "title: {en: More}\nexercises: [bye]", "02-more/exercises/bye.yml": EXERCISE})
    sync(folder)
    make_alias()
    exercise = Exercise.objects.get(slug="hello")
    attempt = submitted(make_student(course=exercise.module.course), exercise)
    for name in ("01-start/exercises/hello.yml", "02-more/exercises/bye.yml", "02-more/module.yml"):
        (folder / name).unlink()
    (folder / "02-more" / "exercises").rmdir()
    (folder / "02-more").rmdir()
    (folder / "01-start" / "module.yml").write_text("title: {en: Start, fr: Début}\n")

    report, again = sync(folder), sync(folder)

    assert (dict(report.archived), dict(report.deleted)) == ({"exercise": 1}, {"exercise": 1, "module": 1})
    assert not again.changed
    assert list(Exercise.objects.values_list("slug", "archived")) == [("hello", True)]
    attempt.refresh_from_db()
    assert attempt.scores.count() == 1


def test_exercise_that_comes_back_or_moves_keeps_its_attempts(tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path)
    sync(folder)
    make_alias()
    exercise = Exercise.objects.get()
    attempt = submitted(make_student(course=exercise.module.course), exercise)
    write(folder, {"02-more/module.yml": "title: {en: More}\nexercises: [hello]"})
    (folder / "02-more" / "exercises").mkdir()
    (folder / "01-start/exercises/hello.yml").rename(folder / "02-more/exercises/hello.yml")
    (folder / "01-start" / "module.yml").write_text("title: {en: Start, fr: Début}\n")

    sync(folder)

    attempt.refresh_from_db()
    assert Exercise.objects.count() == 1
    assert attempt.exercise.module.slug == "more"
    assert Module.objects.count() == 2


def test_command_names_every_problem_and_writes_the_good_courses(tmp_path: Path) -> None:
    make_course_folder(tmp_path, name="good")
    make_course_folder(tmp_path, name="bad", course="titel: x\n")
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match=r"1 course\(s\) were not written"):
        call_command("sync_courses", tmp_path, stdout=out, stderr=err)

    assert out.getvalue() == "good: created 1 course, created 1 exercise, created 1 lesson, created 1 module\n"
    assert err.getvalue().splitlines() == [
        "bad/course.yml:1: title: Field required",
        "bad/course.yml:1: titel: Extra inputs are not permitted",
    ]
    assert list(Course.objects.values_list("slug", flat=True)) == ["good"]


def test_check_writes_nothing(tmp_path: Path) -> None:
    out = StringIO()

    call_command("check_courses", make_course_folder(tmp_path), stdout=out)

    assert out.getvalue() == "greeting: 1 exercises, 1 reference answers, no problem\n"
    assert not Course.objects.exists()


def test_library_is_sound_and_can_be_written() -> None:
    out = StringIO()

    call_command("check_courses", stdout=out)
    call_command("sync_courses", stdout=out)

    assert "prompting-basics: 6 exercises, 28 reference answers, no problem" in out.getvalue().splitlines()
    course = Course.objects.get(slug="prompting-basics")
    assert course.source == "courses/library/prompting-basics"
    for lesson in Lesson.objects.filter(module__course=course):
        assert sorted(lesson.body) == sorted(lesson.title) == ["en", "fr"]
    for exercise in Exercise.objects.filter(module__course=course):
        assert sorted(exercise.statement) == sorted(exercise.title) == ["en", "fr"]
        assert all(sorted(item["title"]) == ["en", "fr"] for item in exercise.rubric.content["items"])
