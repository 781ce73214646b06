"""Zips and repositories of strangers: refused with the reason, and nothing is half loaded."""

import io
import os
import stat
import subprocess
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.catalog import archives, git
from courses.catalog.management.commands import sync_courses
from courses.catalog.models import Course, Revision
from courses.catalog.tree import BadCourse
from tests.courses.catalog.folders import EXERCISE, make_course_folder

COURSE = {
    "greeting/course.yml": b"title: {en: Greeting}\n",
    "greeting/01-start/module.yml": b"title: {en: Start}\nexercises: [hello]\n",
    "greeting/01-start/exercises/hello.yml": EXERCISE.encode(),
}


def zipped(files: dict[str, bytes], change: Callable[[zipfile.ZipFile], None] | None = None) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if change:
            change(archive)
    return written.getvalue()


def read(data: bytes, slug: str = "") -> str:
    """The slug of the course in the zip, or what is wrong with it."""
    try:
        with archives.course_in(data, name="upload.zip", slug=slug) as tree:
            return tree.slug
    except BadCourse as error:
        return str(error)


def without_folder() -> dict[str, bytes]:
    return {name.removeprefix("greeting/"): data for name, data in COURSE.items()}


def link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("greeting/01-start/01-secret.en.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def test_course_is_found_where_authors_put_it() -> None:
    assert read(zipped(COURSE)) == "greeting"
    assert read(zipped({f"repo-main/{name}": data for name, data in COURSE.items()})) == "greeting"
    assert read(zipped(without_folder()), slug="by-hand") == "by-hand"
    both = COURSE | {name.replace("greeting", "other"): data for name, data in COURSE.items()}
    assert read(zipped(both), slug="other") == "other"
    assert read(zipped(both)).endswith("there are several courses in it (greeting, other): say which one")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no zip at all", "this zip cannot be read: File is not a zip file"),
        (zipped({}), "there is no course.yml in it"),
        (zipped({"../evil.yml": b"x"}), "a file in it leads out of its folder: '../evil.yml'"),
        (zipped({"greeting/../../evil": b"x"}), "a file in it leads out of its folder: 'greeting/../../evil'"),
        (zipped({"/etc/evil": b"x"}), "a file in it leads out of its folder: '/etc/evil'"),
        (zipped({"a\\..\\evil": b"x"}), "a file in it leads out of its folder: 'a\\\\..\\\\evil'"),
        (zipped({"x" * 401: b"x"}), f"a file's name in it is longer than 400 characters: '{'x' * 60}'…"),
        (zipped(COURSE, link), "links and devices are not read: 'greeting/01-start/01-secret.en.md'"),
        (zipped({"a": b"1", "a/b": b"2"}), "two of its files have the same place, or one has a name that cannot be"),
        (zipped(COURSE)[:-100], "this zip cannot be read: File is not a zip file"),
    ],
)  # fmt: skip
def test_bad_zip_is_refused_with_the_reason(data: bytes, said: str) -> None:
    assert read(data) == f"upload.zip:1: {said}"


def test_bomb_is_stopped_while_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "UNPACKED_LIMIT", 1_000_000)
    bomb = zipped({f"greeting/assets/{number}.txt": b"\0" * 400_000 for number in range(4)})

    assert len(bomb) < 5000
    assert read(bomb) == "upload.zip:1: unpacked it has more than 1000000 bytes"


def test_huge_zip_and_countless_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "PACKED_LIMIT", 100)
    assert read(b"x" * 101) == "upload.zip:1: the zip has 101 bytes; at most 100 are read"
    monkeypatch.undo()
    monkeypatch.setattr(archives, "FILE_LIMIT", 2)
    assert read(zipped(COURSE)) == "upload.zip:1: there are 3 files in it; at most 2 are read"


def test_ten_thousand_exercises_are_refused_before_any_is_read() -> None:
    files = {f"greeting/01-start/exercises/e{number}.yml": b"" for number in range(10_000)}

    assert (
        read(zipped(COURSE | files)) == "greeting/course.yml:1: the course has 10001 exercises; at most 1000 are read"
    )


def resolving(*addresses: str) -> git.Resolve:
    return lambda host, port: addresses


@pytest.mark.parametrize(
    ("url", "addresses", "said"),
    [
        ("/srv/courses", (), "Only https://"),
        ("file:///srv/courses", (), "Only https://"),
        ("ext::sh -c whoami", (), "has no spaces"),
        ("ext::sh", (), "Only https://"),
        ("git@host.example:me/course.git", (), "Only https://"),
        ("http://host.example/course.git", ("93.184.216.34",), "Only https://"),
        ("https://me:secret@host.example/course.git", ("93.184.216.34",), "Leave names, passwords"),
        ("https://host.example:port/course.git", ("93.184.216.34",), "no number"),
        ("https://-oProxyCommand=x/course.git", (), "names no host"),
        ("https:///course.git", (), "names no host"),
        ("https://127.0.0.1/course.git", ("127.0.0.1",), "private network"),
        ("https://localhost/course.git", ("::1",), "private network"),
        ("https://intern.example/course.git", ("10.0.0.7",), "private network"),
        ("https://intern.example/course.git", ("93.184.216.34", "192.168.1.1"), "private network"),
        ("https://intern.example/course.git", ("169.254.169.254",), "private network"),
        ("https://intern.example/course.git", ("100.64.0.1",), "private network"),
        ("https://intern.example/course.git", ("fe80::1%eth0",), "private network"),
        ("https://intern.example/course.git", ("::ffff:10.0.0.7",), "private network"),
        ("https://intern.example/course.git", ("2002:0a00:0007::",), "private network"),
    ],
)
def test_repository_that_must_not_be_asked_is_refused(url: str, addresses: tuple[str, ...], said: str) -> None:
    with pytest.raises(git.GitRefused, match=said):
        git.check(url, resolve=resolving(*addresses))


def test_public_repository_is_pinned_to_the_address_that_was_checked() -> None:
    remote = git.check("https://host.example/Me/My_Course.git", resolve=resolving("93.184.216.34"))

    assert (remote.address, remote.port, remote.slug) == ("93.184.216.34", 443, "my-course")
    assert git.split_ref("https://host.example/me/course.git@v2/x") == ("https://host.example/me/course.git", "v2/x")
    assert git.split_ref("https://host.example/me/course.git") == ("https://host.example/me/course.git", "HEAD")


@pytest.mark.parametrize("ref", ["--upload-pack=sh", "a b", "a..b", "", "a:refs/heads/b"])
def test_ref_that_is_an_option_is_refused(ref: str) -> None:
    with pytest.raises(git.GitRefused, match="A branch, tag or commit"):
        git.fetch(git.Remote("https://host.example/c.git", "host.example", 443, "1.1.1.1"), ref)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = make_course_folder(tmp_path / "author", name="greeting")
    environment = {"PATH": os.defpath, "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "One"], ["tag", "v1"]):
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", *arguments]
        subprocess.run(command, cwd=folder.parent, env=environment, check=True)
    return folder.parent


def local(path: Path) -> git.Remote:
    return git.Remote(f"file://{path}", "host.example", 443, "93.184.216.34")


def test_one_commit_is_fetched_as_a_zip(repository: Path) -> None:
    fetched = git.fetch(local(repository), "v1", protocols="file")

    assert len(fetched.commit) == 40
    assert read(fetched.archive) == "greeting"
    with pytest.raises(git.GitRefused, match="couldn't find remote ref"):
        git.fetch(local(repository), "gone", protocols="file")


def test_other_transports_stay_closed_in_git_itself(repository: Path) -> None:
    with pytest.raises(git.GitRefused, match="transport 'file' not allowed"):
        git.fetch(local(repository), "main")


@pytest.mark.django_db
def test_command_pulls_a_repository_and_keeps_the_commit(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = git.fetch(local(repository), "main", protocols="file")
    monkeypatch.setattr(sync_courses.git, "check", lambda url: local(repository))
    monkeypatch.setattr(sync_courses.git, "fetch", lambda remote, ref: fetched)
    out = StringIO()

    call_command("sync_courses", "https://host.example/me/course.git@main", "--propose", stdout=out)
    assert not Course.objects.exists()
    call_command("sync_courses", "https://host.example/me/course.git@main", stdout=out)

    course = Course.objects.get()
    assert (course.revision, course.source) == (fetched.commit, "https://host.example/me/course.git@main")
    assert Revision.objects.filter(activated_at__isnull=False).get().commit == fetched.commit


@pytest.mark.django_db
def test_command_refuses_what_is_no_repository_of_the_world() -> None:
    err = StringIO()

    with pytest.raises(CommandError, match="2 course"):
        call_command("sync_courses", "ext::sh", "file:///etc", stderr=err)

    assert err.getvalue().count("Only https:// addresses are read") == 2
