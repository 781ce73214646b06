"""Files beside the texts: checked with the course, stored once, shown only to who may open the course."""

from pathlib import Path

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts import selectors
from courses.catalog import assets
from courses.catalog.asset_files import asset_path
from courses.catalog.load import load
from courses.catalog.models import Asset, Course, Exercise
from courses.catalog.render import render_markdown
from courses.catalog.sync import sync
from courses.catalog.tree import BadCourse
from tests.courses.catalog.folders import make_course_folder
from tests.factories import make_attempt, make_student

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def with_assets(folder: Path, **files: bytes) -> Path:
    for name, data in {"a.svg": SVG, **files}.items():
        (folder / "assets" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "assets" / name).write_bytes(data)
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(BadCourse) as caught:
        load(folder)
    return [str(problem).removeprefix("greeting/") for problem in caught.value.problems]


def lesson(text: str) -> str:
    return f"---\ntitle: Words\n---\n{text}\n"


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("assets/a.png", "a.png"),
        ("../assets/x/a.png", "x/a.png"),
        ("../../assets/a.png#part", "a.png"),
        ("/assets/a.png", None),
        ("https://example.org/assets/a.png", None),
        ("assets/", None),
    ],
)
def test_link_to_an_asset_is_recognised(link: str, path: str | None) -> None:
    assert asset_path(link) == path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One.\n\n![](assets/a.svg)", "6: an image needs words for who cannot see it: ![what it shows](assets/…)"),
        ("![A](assets/gone.svg)", "4: there is no file assets/gone.svg"),
        ("[Data](../assets/gone.csv)", "4: there is no file assets/gone.csv"),
        (
            "![A](https://spy.example/p.png)",
            "4: an image is a file below assets/ or comes from a host that course.yml names: https://spy.example/p.png",
        ),
    ],
)  # fmt: skip
def test_wrong_image_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    folder = with_assets(make_course_folder(tmp_path, lesson=lesson(text)))

    assert problems(folder) == [f"01-start/01-words.en.md:{said}"]


def test_image_of_a_host_that_the_course_names_is_allowed(tmp_path: Path) -> None:
    course = "title: {en: Greeting}\nimage_hosts: [pictures.example]\n"
    text = lesson("![A picture](https://pictures.example/p.png)\n\n![A](../assets/a.svg)")

    assert len(load(with_assets(make_course_folder(tmp_path, course=course, lesson=text))).assets) == 1


def test_file_that_is_no_asset_is_refused(tmp_path: Path) -> None:
    folder = with_assets(make_course_folder(tmp_path), **{"a.exe": b"MZ", "été.png": b""})
    (folder / "assets" / "link.png").symlink_to("/etc/passwd")

    said = problems(folder)

    assert said[0].startswith("assets/a.exe:1: an asset ends in one of .csv")
    assert said[1] == "assets/link.png:1: links are not followed"
    assert said[2].startswith("assets/été.png:1: an asset's name has only letters without accents")


def test_text_leads_to_the_served_file() -> None:
    html = render_markdown("![A](../assets/x/a.png) [b](assets/b.csv)", assets="/courses/c/assets/")

    assert 'src="/courses/c/assets/x/a.png"' in html
    assert 'href="/courses/c/assets/b.csv"' in html


@pytest.mark.django_db
def test_assets_follow_the_files(tmp_path: Path) -> None:
    folder = with_assets(make_course_folder(tmp_path), **{"b.csv": b"1,2"})
    first, second = sync(folder), sync(folder)
    with_assets(folder, **{"a.svg": SVG + b"\n"})
    (folder / "assets" / "b.csv").unlink()

    third = sync(folder)

    assert first.created["asset"] == 2
    assert not second.changed
    assert (third.updated["asset"], third.deleted["asset"]) == (1, 1)
    assert assets.read(Asset.objects.get().digest) == SVG + b"\n"


@pytest.mark.django_db
def test_kind_reads_assets_of_its_own_course(tmp_path: Path) -> None:
    sync(with_assets(make_course_folder(tmp_path)))
    sync(with_assets(make_course_folder(tmp_path, name="other"), **{"b.csv": b"1"}))
    exercise = Exercise.objects.get(module__course__slug="greeting")
    work = selectors.work(make_attempt(exercise=exercise, student=make_student(course=exercise.module.course)))

    assert work.asset("assets/a.svg") == work.asset("a.svg") == SVG
    with pytest.raises(KeyError):
        work.asset("b.csv")


@pytest.mark.django_db
def test_file_is_served_dead_and_only_to_the_course(tmp_path: Path, client: Client) -> None:
    sync(with_assets(make_course_folder(tmp_path), **{"b.csv": b"1"}))
    address = "/courses/greeting/assets/a.svg"
    stranger = User.objects.create_user("stranger")
    client.force_login(stranger)
    assert client.get(address).status_code == 404

    client.force_login(make_student(course=Course.objects.get()))
    shown, data = client.get(address), client.get("/courses/greeting/assets/b.csv")

    assert (shown.content, shown["Content-Type"]) == (SVG, "image/svg+xml")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert data["Content-Disposition"] == 'attachment; filename="b.csv"'
    assert client.get(address, headers={"If-None-Match": shown["ETag"]}).status_code == 304
    assert client.get("/courses/greeting/assets/../course.yml").status_code == 404
