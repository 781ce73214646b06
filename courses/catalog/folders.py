"""Where course folders are."""

from collections.abc import Sequence
from pathlib import Path

from courses import catalog

LIBRARY = Path(catalog.__file__).resolve().parent.parent / "library"


def course_folders(given: Sequence[Path]) -> list[Path]:
    """Each given path is a course or a folder of courses; none given: the library that comes with the platform."""
    found: list[Path] = []
    for path in given or [LIBRARY]:
        if (path / "course.yml").exists() or not path.is_dir():
            found.append(path)
        else:
            inside = sorted(folder for folder in path.iterdir() if (folder / "course.yml").exists())
            found.extend(inside or [path])  # a folder without any course is reported by the loader
    return found
