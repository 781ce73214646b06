"""A course comes and goes as files in the admin: looked at before it becomes active, and never into others' hands."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from athanor.administration import course_files
from courses.catalog import git
from courses.catalog.archives import packed
from courses.catalog.models import Course, Exercise, Lesson, Revision
from courses.people.models import Enrolment, Role
from tests.admin.conftest import Place, client_of
from tests.courses.catalog.folders import make_course_folder


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


def zip_of(folder: Path, slug: str = "") -> SimpleUploadedFile:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return SimpleUploadedFile(f"{folder.name}.zip", packed(slug or folder.name, files))


def bring(client: Client, **data: Any) -> Any:
    return client.post(reverse("admin:course_bring"), data, follow=True)


def problems(response: Any) -> list[str]:
    return list(response.context["problems"])


def test_zip_is_looked_at_then_activated(client: Client, alice: User, tmp_path: Path) -> None:
    page = bring(client, archive=zip_of(make_course_folder(tmp_path)))
    revision = Revision.objects.get(slug="greeting")

    assert b"This revision waits" in page.content
    assert b"01-start/exercises/hello.yml" in page.content
    assert not Course.objects.filter(slug="greeting").exists()

    client.post(reverse("admin:revision_activate", args=[revision.pk]))

    course = Course.objects.get(slug="greeting")
    assert Enrolment.objects.get(course=course, user=alice).role == Role.INSTRUCTOR
    assert Exercise.objects.get(module__course=course).slug == "hello"


def test_preview_is_a_course_that_only_instructors_see(client: Client, tmp_path: Path) -> None:
    bring(client, archive=zip_of(make_course_folder(tmp_path)))

    page = client.post(reverse("admin:revision_preview", args=[Revision.objects.get(slug="greeting").pk]), follow=True)

    assert page.request["PATH_INFO"] == "/courses/greeting-preview/"
    assert page.status_code == 200
    assert not Course.objects.filter(slug="greeting").exists()


def test_download_is_what_can_be_brought_back(client: Client, place_a: Place) -> None:
    response = client.get(reverse("admin:course_download", args=[place_a.course.pk]))
    upload = SimpleUploadedFile("course-a.zip", response.content)

    page = bring(client, archive=upload)

    assert "course-a/course.yml" in zipfile.ZipFile(BytesIO(response.content)).namelist()
    assert b"it is what the course holds already" in page.content


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"repository": "file:///etc"}, "Only https:// addresses are read"),
        ({"repository": "https://127.0.0.1/course.git"}, "The host 127.0.0.1 is in a private network"),
        ({"archive": SimpleUploadedFile("a.zip", b"no zip")}, "a.zip:1: this zip cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data: dict[str, Any], said: str, client: Client) -> None:
    response = bring(client, **data)

    assert response.status_code == 422
    assert problems(response)[0].startswith(said)
    assert not Revision.objects.exclude(source="admin").exists()


def test_every_problem_of_the_files_is_shown(client: Client, tmp_path: Path) -> None:
    folder = make_course_folder(tmp_path, course="title: {en: A}\nnonsense: 1\n", lesson="no title")

    assert problems(bring(client, archive=zip_of(folder))) == [
        "greeting/01-start/01-words.en.md:1: a lesson begins with its title: ---, title: …, ---",
        "greeting/course.yml:2: nonsense: Extra inputs are not permitted",
    ]


def test_huge_upload_is_refused_before_it_is_read(client: Client) -> None:
    response = client.post(reverse("admin:course_bring"), {}, CONTENT_LENGTH=str(10**9))

    assert response.status_code == 413
    assert problems(response) == ["The file is too large: at most 60 MB are read."]


def test_bringing_needs_the_token_of_the_form(alice: User, place_a: Place) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)

    assert strict.post(reverse("admin:course_bring"), {"repository": "https://x.example/c.git"}).status_code == 403


def test_course_of_others_is_not_replaced(client: Client, place_b: Place, tmp_path: Path) -> None:
    response = bring(client, archive=zip_of(make_course_folder(tmp_path, name="course-b")))

    assert problems(response) == ["A course of this name belongs to other people: give yours another name."]


@pytest.mark.parametrize("name", ["course_download", "course_copy"])
def test_files_of_others_are_closed(name: str, client: Client, place_b: Place) -> None:
    assert client.get(reverse(f"admin:{name}", args=[place_b.course.pk])).status_code == 403


@pytest.mark.parametrize("name", ["revision_activate", "revision_preview"])
def test_revisions_of_others_are_closed(name: str, client: Client, place_b: Place) -> None:
    assert client.post(reverse(f"admin:{name}", args=[place_b.revision.pk])).status_code == 403


def test_repository_is_pulled(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zip_of(make_course_folder(tmp_path)).read()
    remote = git.Remote("https://host.example/me/greeting.git", "host.example", 443, "93.184.216.34")
    monkeypatch.setattr(course_files.git, "check", lambda url: remote)
    monkeypatch.setattr(course_files.git, "fetch", lambda remote, ref: git.Fetched("f" * 40, archive))

    bring(client, repository=remote.url, ref="v1")

    revision = Revision.objects.get(slug="greeting")
    assert (revision.commit, revision.source) == ("f" * 40, f"{remote.url}@v1")


def test_course_is_copied_with_a_new_start(client: Client, alice: User, place_a: Place) -> None:
    Course.objects.filter(pk=place_a.course.pk).update(starts_on="2026-09-07")

    client.post(
        reverse("admin:course_copy", args=[place_a.course.pk]),
        {"title_en": "Spring", "slug": "course-a-spring", "starts_on": "2027-02-01"},
    )

    copy = Course.objects.get(slug="course-a-spring")
    assert (copy.title, copy.starts_on, copy.published) == ({"en": "Spring"}, date(2027, 2, 1), False)
    assert Exercise.objects.get(module__course=copy).slug == place_a.exercise.slug
    assert Enrolment.objects.get(course=copy).user == alice


def test_former_state_is_brought_back(client: Client, place_a: Place) -> None:
    address = reverse("admin:catalog_lesson_change", args=[place_a.lesson.pk])
    fields = {"module": place_a.module.pk, "title_en": "Lesson", "slug": place_a.lesson.slug, "position": 1}
    client.post(address, {**fields, "body_en": "First."})
    first = Revision.objects.filter(course=place_a.course).first()
    client.post(address, {**fields, "body_en": "Second."})
    assert Lesson.objects.get(pk=place_a.lesson.pk).body == {"en": "Second.\n"}

    assert first is not None
    client.post(reverse("admin:revision_activate", args=[first.pk]))

    assert Lesson.objects.get(module=place_a.module).body == {"en": "First.\n"}


def test_mistake_in_a_lesson_is_named_with_its_line(client: Client, place_a: Place) -> None:
    response = client.post(
        reverse("admin:catalog_lesson_change", args=[place_a.lesson.pk]),
        {"module": place_a.module.pk, "title_en": "L", "slug": "words", "position": 1,
         "body_en": "One.\n\n![](assets/gone.png)\n\n$\\frac{a$"},
    )  # fmt: skip

    assert list(response.context["adminform"].form.errors["body"]) == [
        "en, Line 3: there is no file assets/gone.png",
        "en, Line 3: an image needs words for who cannot see it: ![what it shows](assets/…)",
        "en, Line 5: a brace of this formula is never closed or never opened: \\frac{a",
    ]


def test_courses_are_published_and_taken_back_together(client: Client, place_a: Place) -> None:
    for action, published in (("unpublish", False), ("publish", True)):
        client.post(
            reverse("admin:catalog_course_changelist"), {"action": action, "_selected_action": [place_a.course.pk]}
        )

        assert Course.objects.get(pk=place_a.course.pk).published is published
