"""A stored PNG as numbers. Pure. Everything is measured at one size, because most measures depend on it."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rgb = NDArray[np.float64]  # height, width, 3; 0..255
Plane = NDArray[np.float64]  # height, width

SIDE = 512  # pixels of the longer side
LARGEST = 4096 * 4096  # pixels of a picture that is looked at


class Unreadable(Exception):
    """The bytes are no picture that we stored."""


@lru_cache(maxsize=24)
def natural(png: bytes) -> Image.Image:
    """The picture at its own size, RGB. Raises Unreadable."""
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as image:
            if image.width * image.height > LARGEST:
                raise Unreadable(f"{image.width}x{image.height} pixels")
            return image.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(str(error)) from error


@lru_cache(maxsize=24)
def rgb(png: bytes, side: int = SIDE) -> Rgb:
    """At most `side` pixels long; smaller pictures stay as they are."""
    image = natural(png).copy()
    image.thumbnail((side, side), Image.Resampling.BOX)
    found: Rgb = np.asarray(image, dtype=np.float64)
    found.setflags(write=False)  # shared by everybody who asks again
    return found


@lru_cache(maxsize=24)
def grey(png: bytes, side: int = SIDE) -> Plane:
    """Luma (ITU-R BT.601), 0..255."""
    found: Plane = rgb(png, side) @ np.array([0.299, 0.587, 0.114])
    found.setflags(write=False)
    return found


def resized(png: bytes, width: int, height: int) -> Plane:
    """Luma at exactly this size."""
    image = natural(png).convert("L").resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.float64)
