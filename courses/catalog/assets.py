"""Stored files of courses, named by their content. Whoever serves one to a person asks first who may see it."""

import hashlib
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from courses.catalog.asset_files import FOLDER
from courses.catalog.models import Asset


def keep(data: bytes) -> str:
    """Store bytes; the same bytes are stored once. Their SHA-256 is their name."""
    digest = hashlib.sha256(data).hexdigest()
    if not default_storage.exists(_path(digest)):
        default_storage.save(_path(digest), ContentFile(data))
    return digest


def read(digest: str) -> bytes:
    """Raises KeyError where nothing is stored under this name."""
    try:
        with default_storage.open(_path(digest)) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise KeyError(digest) from error


def reader(exercise_id: int) -> Callable[[str], bytes]:
    """Reads files of the exercise's course (`assets/a.png` or `a.png`); asks the database only when called."""

    def read_asset(path: str) -> bytes:
        name = path.removeprefix(FOLDER)
        digest = (
            Asset.objects.filter(course__modules__exercises=exercise_id, path=name)
            .values_list("digest", flat=True)
            .first()
        )
        if digest is None:
            raise KeyError(path)
        return read(digest)

    return read_asset


def _path(digest: str) -> str:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise KeyError(digest)
    return f"assets/{digest[:2]}/{digest}"
