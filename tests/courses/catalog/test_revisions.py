"""What came waits, shows what it changes, and what it replaces is kept."""

from pathlib import Path

import pytest

from courses.catalog import revisions
from courses.catalog.load import load
from courses.catalog.models import Asset, Course, Exercise, Lesson, Revision
from courses.catalog.sync import sync
from tests.courses.catalog.folders import EXERCISE, make_course_folder

pytestmark = pytest.mark.django_db


def proposed(folder: Path) -> Revision:
    return revisions.propose(tree=load(folder), source="upload.zip")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    sync(make_course_folder(tmp_path))
    return Course.objects.get()


def changed(tmp_path: Path) -> Path:
    return make_course_folder(
        tmp_path / "next", exercise=EXERCISE.replace("title: {en: Say hello", "title: {en: Greet")
    )


def test_difference_is_shown_and_nothing_changes_before_activation(course: Course, tmp_path: Path) -> None:
    revision = proposed(changed(tmp_path))

    [change] = revision.changes
    assert (change["path"], change["change"]) == ("01-start/exercises/hello.yml", "changed")
    assert {"-  en: Say hello", "+  en: Greet"} <= set(change["lines"])
    assert Exercise.objects.get().title["en"] == "Say hello"


def test_activation_writes_and_keeps_what_was_edited_by_hand(course: Course, tmp_path: Path) -> None:
    Lesson.objects.update(title={"en": "Edited", "fr": "Mots"})

    report = revisions.activate(revision=proposed(changed(tmp_path)))

    assert dict(report.updated) == {"course": 1, "exercise": 1, "lesson": 1}
    active, before = Revision.objects.exclude(activated_at=None).order_by("-activated_at")
    assert (active.source, before.source) == ("upload.zip", "admin")
    revisions.activate(revision=before)  # back again
    assert Lesson.objects.get().title["en"] == "Edited"
    assert Exercise.objects.get().title["en"] == "Say hello"


def test_new_course_is_proposed_and_activated(tmp_path: Path) -> None:
    revision = proposed(changed(tmp_path))
    assert (revision.course, {change["change"] for change in revision.changes}) == (None, {"added"})

    revisions.activate(revision=revision)

    assert Revision.objects.get().course == Course.objects.get()


def test_staff_tries_a_revision_in_a_course_of_its_own(course: Course, tmp_path: Path) -> None:
    revision = proposed(changed(tmp_path))

    first, second = revisions.preview(revision=revision), revisions.preview(revision=revision)

    assert first == second
    assert (first.slug, first.published, first.preview_of) == ("greeting-preview", False, course)
    assert Exercise.objects.get(module__course=first).title["en"] == "Greet"
    assert Exercise.objects.get(module__course=course).title["en"] == "Say hello"


def test_lost_file_of_the_store_stops_nobody_from_working(course: Course) -> None:
    Asset.objects.create(course=course, path="gone.png", digest="0" * 64, size=1)

    assert revisions.record(course=course) is None


def test_only_what_changed_is_recorded(course: Course) -> None:
    first, same = revisions.record(course=course), revisions.record(course=course)
    Lesson.objects.update(title={"en": "Edited", "fr": "Mots"})

    edited = revisions.record(course=course)

    assert first is not None
    assert same is None
    assert edited is not None
    assert [change["path"] for change in edited.changes] == ["01-start/01-words.en.md"]
