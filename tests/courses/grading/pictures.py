"""Pictures with known properties, made here: no file, no chance."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from workers.backends.requests import ImageRequest
from workers.engines.diffusion import draw

SIDE = 256


def _rgb(values: NDArray[np.float64]) -> Image.Image:
    planes = values if values.ndim == 3 else np.repeat(values[..., None], 3, axis=2)
    return Image.fromarray(np.clip(planes, 0, 255).astype(np.uint8))


def _noise(cell: int = 1, deviation: float = 40) -> Image.Image:
    chance = np.random.default_rng(7)
    values = 128 + deviation * chance.standard_normal((SIDE // cell, SIDE // cell, 3))
    return _rgb(np.kron(values, np.ones((cell, cell, 1))))


def _photo() -> Image.Image:
    """Smooth light with sharp things in it: measured like a photograph."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    waves = [np.sin(9 * x + 3 * y), np.cos(7 * y - 2 * x), np.sin(14 * (x - y))]
    image = _rgb(120 + 45 * np.stack(waves, axis=2))
    pen = ImageDraw.Draw(image)
    for number in range(24):
        left, top = (number * 53) % 230, (number * 97) % 220
        pen.rectangle(
            (left, top, left + 9 + number, top + 14), fill=(number % 2 * 255, number % 3 * 120, 250 - number * 10)
        )
    return image


def _shapes(*things: tuple[str, str, tuple[int, int, int, int]], back: str = "#f4f4f0") -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE), back)
    pen = ImageDraw.Draw(image)
    for form, colour, box in things:
        if form == "triangle":
            left, top, right, bottom = box
            pen.polygon([(left, bottom), ((left + right) / 2, top), (right, bottom)], fill=colour)
        else:
            (pen.ellipse if form == "circle" else pen.rectangle)(box, fill=colour)
    return image


def _tile() -> Image.Image:
    y, x = np.mgrid[0:SIDE, 0:SIDE] * (2 * np.pi / SIDE)
    return _rgb(np.stack([128 + 100 * np.sin(3 * x), 128 + 100 * np.cos(2 * y), 128 + 60 * np.sin(x + y)], axis=2))


def _gradient() -> Image.Image:
    return _rgb(np.repeat(np.linspace(0, 255, SIDE)[None], SIDE, axis=0))


def _sunset() -> Image.Image:
    """Orange above, dark blue below."""
    image = Image.new("RGB", (SIDE, SIDE), "#f58220")
    image.paste((20, 40, 90), (0, SIDE // 2, SIDE, SIDE))
    return image


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "black": lambda: Image.new("RGB", (SIDE, SIDE)),
    "grey": lambda: Image.new("RGB", (SIDE, SIDE), "#808080"),
    "white": lambda: Image.new("RGB", (SIDE, SIDE), "#ffffff"),
    "trace": lambda: _noise(deviation=1),
    "noise": _noise,
    "blocks": lambda: _noise(8),
    "gradient": _gradient,
    "photo": _photo,
    "photo-mirrored": lambda: _photo().transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "photo-grey": lambda: _photo().convert("L").convert("RGB"),
    "photo-small": lambda: _photo().resize((96, 96)),
    "photo-blur-2": lambda: _photo().filter(ImageFilter.GaussianBlur(2)),
    "photo-blur-6": lambda: _photo().filter(ImageFilter.GaussianBlur(6)),
    "photo-pale": lambda: Image.blend(_photo(), Image.new("RGB", (SIDE, SIDE), "#808080"), 0.8),
    "photo-dark": lambda: _photo().point([value // 4 for value in range(256)] * 3),
    "wide": lambda: _photo().resize((256, 144)),
    "tile": _tile,
    "sunset": _sunset,
    "red-green": lambda: _shapes(("square", "#d42a2a", (0, 0, 127, 255)), back="#5b8a5b"),  # the same luma
    "dot": lambda: _shapes(("circle", "#d42a2a", (120, 120, 133, 133))),
    "circle": lambda: _shapes(("circle", "#d42a2a", (78, 78, 178, 178))),
    "circle-left": lambda: _shapes(("circle", "#d42a2a", (20, 78, 110, 168))),
    "two": lambda: _shapes(("circle", "#d42a2a", (20, 90, 90, 160)), ("square", "#235cc8", (160, 90, 230, 160))),
    "three": lambda: _shapes(
        ("circle", "#d42a2a", (15, 20, 85, 90)), ("circle", "#d42a2a", (160, 30, 230, 100)),
        ("triangle", "#2c963e", (90, 150, 170, 225)),
    ),
}  # fmt: skip


@cache
def picture(name: str) -> bytes:
    """The PNG of a named picture; `engine: <prompt>` is drawn by the embedded engine; `broken` is none."""
    if name == "broken":
        return b"\x89PNG\r\n\x1a\n and then nothing"
    if name.startswith("engine: "):
        return draw(ImageRequest(prompt=name.removeprefix("engine: "), width=SIDE, height=SIDE, seed=5))[0]
    written = BytesIO()
    PICTURES[name]().save(written, "PNG")
    return written.getvalue()
