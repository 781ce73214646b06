"""Course folders in zip files: written so that the same course gives the same bytes, read as an enemy's."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from courses.catalog.load import load
from courses.catalog.tree import BadCourse, CourseTree, Problem

PACKED_LIMIT = 60_000_000  # bytes of the zip itself
UNPACKED_LIMIT = 150_000_000  # bytes of all files together, counted while they are written
FILE_LIMIT = 20_000  # entries
STAMP = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: contents alone make a difference
IGNORED = ("__MACOSX", ".git", ".github", ".DS_Store")


def packed(slug: str, files: Mapping[str, bytes]) -> bytes:
    """A zip with one folder, named by the course."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{slug}/{name}", STAMP), files[name], zipfile.ZIP_DEFLATED)
    return written.getvalue()


@contextmanager
def unpacked(data: bytes, *, name: str) -> Iterator[Path]:
    """A folder with the zip's files, gone afterwards. `name` is how problems call the zip. Raises BadCourse."""
    with TemporaryDirectory(prefix="course-") as folder:
        try:
            _unpack(data, Path(folder), name)
        except OSError as error:
            raise _refused(name, "two of its files have the same place, or one has a name that cannot be") from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
            raise _refused(name, f"this zip cannot be read: {error}") from error
        yield Path(folder)


def files_in(data: bytes, *, name: str) -> dict[str, bytes]:
    """Path below the course's folder → content, of a zip that `packed` made."""
    with unpacked(data, name=name) as folder:
        [course] = folder.iterdir()
        paths = [path for path in course.rglob("*") if path.is_file()]
        return {path.relative_to(course).as_posix(): path.read_bytes() for path in paths}


@contextmanager
def course_in(data: bytes, *, name: str, slug: str = "") -> Iterator[CourseTree]:
    """The one course in a zip, checked. `slug`: of a course whose course.yml lies at the top. Raises BadCourse."""
    with unpacked(data, name=name) as folder:
        yield load(course_folder(folder, name=name, slug=slug))


def course_folder(folder: Path, *, name: str, slug: str) -> Path:
    """Where the course is: at the top, or one or two folders deep where it is the only one or called `slug`."""
    if (folder / "course.yml").exists():
        inner = folder / (slug or "course")
        return _moved_down(folder, inner)
    found = sorted(path.parent for depth in ("*", "*/*") for path in folder.glob(f"{depth}/course.yml"))
    named = [path for path in found if path.name == slug] or found
    if len(named) == 1:
        return named[0]
    if not named:
        raise _refused(name, "there is no course.yml in it")
    names = ", ".join(path.name for path in named[:20])
    raise _refused(name, f"there are several courses in it ({names}): say which one")


def _moved_down(folder: Path, inner: Path) -> Path:
    present = list(folder.iterdir())
    if inner in present:  # a module called like the course
        raise _refused(inner.name, "a folder is called like the course itself")
    inner.mkdir()
    for path in present:
        path.rename(inner / path.name)
    return inner


def _unpack(data: bytes, folder: Path, name: str) -> None:
    if len(data) > PACKED_LIMIT:
        raise _refused(name, f"the zip has {len(data)} bytes; at most {PACKED_LIMIT} are read")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > FILE_LIMIT:
            raise _refused(name, f"there are {len(entries)} files in it; at most {FILE_LIMIT} are read")
        left = UNPACKED_LIMIT
        for entry in entries:
            if not entry.is_dir() and not _is_ignored(entry.filename):
                left -= _extract(archive, entry, folder, left, name)


def _is_ignored(path: str) -> bool:
    return any(step in IGNORED for step in path.split("/"))


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int, name: str) -> int:
    """Bytes written. What the zip says of sizes is not believed."""
    target = folder / _safe(entry, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(entry) as source, target.open("xb") as file:
        while block := source.read(1 << 16):
            written += len(block)
            if written > left:
                raise _refused(name, f"unpacked it has more than {UNPACKED_LIMIT} bytes")
            file.write(block)
    return written


def _safe(entry: zipfile.ZipInfo, name: str) -> PurePosixPath:
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or "\0" in entry.filename:
        raise _refused(name, f"a file in it leads out of its folder: {entry.filename[:200]!r}")
    mode = entry.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise _refused(name, f"links and devices are not read: {entry.filename[:200]!r}")
    if len(entry.filename) > 400:
        raise _refused(name, f"a file's name in it is longer than 400 characters: {entry.filename[:60]!r}…")
    return path


def _refused(name: str, message: str) -> BadCourse:
    return BadCourse([Problem(name, 1, message)])
