"""Stored pictures, named by their content. Whoever serves one to a person asks first who may see it."""

import hashlib
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

THUMBNAIL = 320  # pixels of the longer side
SEEN = 896  # pixels of the longer side that a model is shown
PREVIEW = 192  # pixels of the longer side
LONGEST_FILE = 32 * 1024 * 1024  # bytes
MOST_PIXELS = 2048 * 2048
FORMATS = ("PNG", "JPEG", "WEBP")  # what image servers can be set to write


class NotAPicture(ValueError):
    """These bytes are no whole picture of a size that we take; the text says what is wrong with them."""


def accept(untrusted: bytes) -> tuple[bytes, int, int]:
    """A picture from outside as a PNG that we encoded ourselves, its width and height in pixels.

    Nothing of the file is kept but its pixels. Raises NotAPicture, before memory is used for what is too large.
    """
    image = _opened(untrusted)
    clean = Image.frombytes("RGB", image.size, image.tobytes())  # without the notes and profiles of the file
    return _encoded(clean, "PNG", compress_level=4), *image.size


def preview(untrusted: bytes) -> bytes:
    """A small WebP of a picture in the making. Raises NotAPicture."""
    image = _opened(untrusted)
    image.thumbnail((PREVIEW, PREVIEW))
    return _encoded(image, "WEBP", quality=70)


def keep(png: bytes) -> str:
    """Store a PNG that we encoded ourselves; the same bytes are stored once. Its digest is its name."""
    digest = hashlib.sha256(png).hexdigest()
    _store(_path(digest), png)
    return digest


def read(digest: str) -> bytes:
    """Raises KeyError where no such picture is stored."""
    return _read(_path(digest))


def for_models(digests: Iterable[str]) -> dict[str, str]:
    """Pictures as base64 PNG for models that look at them, by digest; large ones are made smaller. Raises KeyError."""
    return {digest: b64encode(_for_model(read(digest))).decode() for digest in digests}


def thumbnail(digest: str) -> bytes:
    """A WebP whose longer side is at most 320 pixels, made once. Raises KeyError."""
    path = _path(digest, ".webp")
    try:
        return _read(path)
    except KeyError:
        made = _shrunk(read(digest))
        _store(path, made)
        return made


def _for_model(png: bytes) -> bytes:
    with Image.open(BytesIO(png)) as image:
        if max(image.size) <= SEEN:
            return png
        return _encoded(ImageOps.contain(image.convert("RGB"), (SEEN, SEEN)), "PNG")


def _opened(untrusted: bytes) -> Image.Image:
    if len(untrusted) > LONGEST_FILE:
        raise NotAPicture(f"a file of {len(untrusted)} bytes, more than {LONGEST_FILE}")
    try:
        with Image.open(BytesIO(untrusted), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS or not width * height:
                raise NotAPicture(f"{width} × {height} pixels, more than {MOST_PIXELS} together")
            return image.convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture(f"far too many pixels: {error}") from error
    except (OSError, SyntaxError, EOFError, struct.error, zlib.error) as error:
        raise NotAPicture(f"no whole picture in one of the formats {', '.join(FORMATS)}: {error}") from error


def _encoded(image: Image.Image, kind: str, **options: int) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


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
        return _encoded(image.convert("RGB"), "WEBP", quality=85)
