"""Stored pictures, named by their content. Whoever serves one to a person asks first who may see it."""

import hashlib
from functools import lru_cache
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

THUMBNAIL = 320  # pixels of the longer side


def keep(png: bytes) -> str:
    """Store a PNG that we encoded ourselves; the same bytes are stored once. Its digest is its name."""
    digest = hashlib.sha256(png).hexdigest()
    _store(_path(digest), png)
    return digest


def read(digest: str) -> bytes:
    """Raises KeyError where no such picture is stored."""
    return _read(_path(digest))


def thumbnail(digest: str) -> bytes:
    """A WebP whose longer side is at most 320 pixels, made once. Raises KeyError."""
    path = _path(digest, ".webp")
    try:
        return _read(path)
    except KeyError:
        made = _shrunk(read(digest))
        _store(path, made)
        return made


def _path(digest: str, ending: str = ".png") -> str:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise KeyError(digest)
    return f"pictures/{digest[:2]}/{digest}{ending}"


def _store(path: str, data: bytes) -> None:
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))


@lru_cache(maxsize=64)
def _read(path: str) -> bytes:
    try:
        with default_storage.open(path) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise KeyError(path) from error


def _shrunk(png: bytes) -> bytes:
    with Image.open(BytesIO(png)) as image:
        image.thumbnail((THUMBNAIL, THUMBNAIL))
        written = BytesIO()
        image.convert("RGB").save(written, "WEBP", quality=85)
    return written.getvalue()
