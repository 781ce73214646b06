"""Paint a scene at any size: the same scene, only finer."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from workers.engines.diffusion import landscapes
from workers.engines.diffusion.outlines import OUTLINES, Pen
from workers.engines.diffusion.scenes import Item, Scene

SMOOTH_UP_TO = 1024 * 1024  # pixels: larger pictures are not painted twice as large and reduced


def paint(scene: Scene, width: int, height: int) -> Image.Image:
    """An RGB picture of width×height pixels."""
    factor = 2 if width * height <= SMOOTH_UP_TO else 1
    size = width * factor, height * factor
    image = landscapes.paint(scene, size) if scene.lands else Image.new("RGB", size, scene.background)
    draw = ImageDraw.Draw(image)
    scale = size[0] / scene.width
    for item in scene.items:
        OUTLINES[item.shape](
            Pen(draw, item.x * scale, item.y * scale, item.radius * scale, item.turn, item.rgb)
        )  # fmt: skip
    return _styled(image if factor == 1 else image.reduce(factor), scene)


def _styled(image: Image.Image, scene: Scene) -> Image.Image:
    width, height = image.size
    for style in sorted(scene.styles):
        if style == "monochrome":
            image = ImageOps.grayscale(image).convert("RGB")
        elif style in BRIGHTNESS:
            image = ImageEnhance.Brightness(image).enhance(BRIGHTNESS[style])
        elif style == "vivid":
            image = ImageEnhance.Contrast(ImageEnhance.Color(image).enhance(1.6)).enhance(1.1)
        elif style in VEILS:
            rgb, share = VEILS[style]
            image = Image.blend(image, Image.new("RGB", image.size, rgb), share)
        elif style == "blurry":
            image = image.filter(ImageFilter.GaussianBlur(min(image.size) / 50))
        elif style == "pixelated":
            small = max(1, width * 32 // max(image.size)), max(1, height * 32 // max(image.size))
            image = image.resize(small, Image.Resampling.BOX).resize((width, height), Image.Resampling.NEAREST)
        elif style == "grainy":
            image = _grainy(image, scene.seed)
        elif style == "symmetric":
            image = _mirrored(image)
        elif style == "pattern":
            image = _pattern(image)
    return image


BRIGHTNESS = {"dark": 0.55, "bright": 1.25}
VEILS = {
    "pastel": ((255, 250, 245), 0.45), "foggy": ((222, 226, 230), 0.5), "warm": ((255, 160, 60), 0.18),
    "cold": ((60, 130, 255), 0.18),
}  # fmt: skip


def _grainy(image: Image.Image, seed: int) -> Image.Image:
    pixels = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(seed).normal(0, 18, (*pixels.shape[:2], 1)).astype(np.float32)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def _mirrored(image: Image.Image) -> Image.Image:
    width, height = image.size
    half = image.crop((0, 0, (width + 1) // 2, height))
    image = image.copy()
    image.paste(ImageOps.mirror(half), (width - half.width, 0))
    image.paste(half, (0, 0))
    return image


def _pattern(image: Image.Image) -> Image.Image:
    """Four times the picture, mirrored at the seams, so that the edges fit."""
    width, height = image.size
    tile = image.resize(((width + 1) // 2, (height + 1) // 2), Image.Resampling.BOX)
    made = Image.new("RGB", (width, height))
    for column in range(2):
        for row in range(2):
            one = ImageOps.mirror(tile) if column else tile
            made.paste(ImageOps.flip(one) if row else one, (column * (width // 2), row * (height // 2)))
    return made


def latent(scene: Scene, columns: int, rows: int) -> NDArray[np.float32]:
    """The scene as (rows, columns, 4) cells in -1..1: the mean colour of each, and whether an item is there.

    The fourth channel makes the choice among a prompt's scenes depend more on their composition than on colours.
    """
    size = columns * 4, rows * 4
    colours = np.asarray(paint(scene, *size).reduce(4), dtype=np.float32)
    bare = replace(scene, lands=(), background=(0, 0, 0), styles=frozenset(), items=_white(scene.items))
    presence = np.asarray(paint(bare, *size).reduce(4).convert("L"), dtype=np.float32)
    return np.dstack([colours, presence]) / 127.5 - 1


def _white(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(replace(item, rgb=(255, 255, 255)) for item in items)
