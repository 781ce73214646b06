"""Landscapes: light of the sky, then what is far, then what is near, each a few polygons with a little chance."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from PIL import Image, ImageDraw

from workers.engines.diffusion.scenes import HORIZON, SKIES, Scene
from workers.engines.diffusion.vocabulary import RGB

SKY_COLOURS: dict[str, tuple[RGB, RGB]] = {  # at the top and at the horizon
    "sky": ((86, 150, 226), (200, 226, 246)),
    "sunset": ((88, 60, 130), (252, 160, 80)),
    "night": ((10, 14, 40), (40, 50, 96)),
    "space": ((8, 6, 22), (34, 14, 60)),
}
LIGHT_OF = {"sky": 1.0, "sunset": 0.72, "night": 0.38, "space": 0.38}


@dataclass(frozen=True)
class Land:
    """A canvas in the lengths of a scene."""

    draw: ImageDraw.ImageDraw
    scale: float  # pixels in a shorter side
    width: float
    height: float
    light: float
    rng: random.Random
    tint: RGB | None

    def fill(self, points: list[tuple[float, float]], rgb: RGB) -> None:
        self.draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=rgb)

    def lit(self, rgb: RGB, factor: float = 1.0) -> RGB:
        red, green, blue = (min(255, round(part * self.light * factor)) for part in rgb)
        return red, green, blue

    @property
    def horizon(self) -> float:
        return self.height * HORIZON


def paint(scene: Scene, size: tuple[int, int]) -> Image.Image:
    """The landscape of a scene without its items, `size` pixels large."""
    rng = random.Random(scene.seed)  # noqa: S311  # chance for pictures, not for secrets
    sky = next((name for name in SKIES if name in scene.lands), "sky")
    top, low = SKY_COLOURS[sky]
    if scene.tint is not None:
        low = _mixed(low, scene.tint, 0.6)
    image = gradient(size, _near(top, rng), _near(low, rng))
    land = Land(ImageDraw.Draw(image), size[0] / scene.width, scene.width, scene.height, LIGHT_OF[sky], rng, scene.tint)
    _heaven(land, sky)
    for name, paint_one in LANDS.items():
        if name in scene.lands:
            paint_one(land)
    return image


def gradient(size: tuple[int, int], top: RGB, bottom: RGB) -> Image.Image:
    """From `top` to `bottom`, reached at the horizon."""
    down = np.clip(np.linspace(0, 1 / HORIZON, size[1]), 0, 1)[:, None]
    column = np.asarray(top, dtype=np.float32) * (1 - down) + np.asarray(bottom, dtype=np.float32) * down
    pixels = np.broadcast_to(column.astype(np.uint8)[:, None, :], (size[1], size[0], 3))
    return Image.fromarray(np.ascontiguousarray(pixels))


def _heaven(land: Land, sky: str) -> None:
    if sky == "sunset":
        _disc(land, land.width * land.rng.uniform(0.25, 0.75), land.horizon - 0.02, 0.11, (255, 226, 140))
    elif sky in ("night", "space"):
        bottom = land.horizon if sky == "night" else land.height
        for _ in range(70):
            x, y = land.rng.uniform(0, land.width), land.rng.uniform(0, bottom)
            _disc(land, x, y, land.rng.choice([0.003, 0.004, 0.007]), (240, 240, 225), sides=6)
    if sky == "space":
        planet = _near(land.tint or land.rng.choice([(200, 120, 80), (110, 150, 200), (180, 160, 120)]), land.rng)
        _disc(land, land.width * land.rng.uniform(0.2, 0.8), land.height * land.rng.uniform(0.3, 0.7), 0.16, planet)


def _disc(land: Land, x: float, y: float, radius: float, rgb: RGB, sides: int = 40) -> None:
    turns = [2 * pi * step / sides for step in range(sides)]
    land.fill([(x + radius * cos(turn), y + radius * sin(turn)) for turn in turns], rgb)


def _ridge(land: Land, level: float, rough: float, points: int = 33) -> list[tuple[float, float]]:
    """A line of hills across the picture by displacing midpoints."""
    heights = [land.rng.uniform(-rough, rough) for _ in range(3)]
    while len(heights) < points:
        rough /= 1.9
        between = [(left + right) / 2 + land.rng.uniform(-rough, rough) for left, right in itertools.pairwise(heights)]
        heights = [height for pair in zip(heights, between, strict=False) for height in pair] + [heights[-1]]
    last = len(heights) - 1
    return [(land.width * place / last, level - height) for place, height in enumerate(heights)]


def _ground(land: Land, line: list[tuple[float, float]], rgb: RGB) -> None:
    land.fill([*line, (land.width, land.height), (0, land.height)], rgb)


def _level(land: Land, y: float, rgb: RGB) -> None:
    _ground(land, [(0, y), (land.width, y)], rgb)


def _mountain(land: Land) -> None:
    shades: tuple[RGB, ...] = ((122, 136, 164), (92, 104, 128), (66, 82, 84))
    for depth, rgb in enumerate(shades):
        line = _ridge(land, land.horizon - 0.16 + 0.14 * depth, 0.24 - 0.06 * depth)
        _ground(land, line, land.lit(_mixed(rgb, land.tint, 0.5)))
        if depth == 0:
            _caps(land, line)


def _caps(land: Land, line: list[tuple[float, float]]) -> None:
    snow = min(y for _, y in line) + 0.09
    for (x, y), (next_x, next_y) in itertools.pairwise(line):
        if y < snow and next_y < snow:
            bottom = [(next_x, min(snow, next_y + 0.07)), (x, min(snow, y + 0.07))]
            land.fill([(x, y), (next_x, next_y), *bottom], land.lit((246, 248, 252)))


def _city(land: Land) -> None:
    for depth, rgb in enumerate(((120, 130, 150), (78, 86, 106))):
        x = -0.05
        while x < land.width:
            wide, high = land.rng.uniform(0.08, 0.16), land.rng.uniform(0.12, 0.42 - 0.1 * depth)
            top, bottom = land.horizon + 0.1 - high, land.height
            land.fill([(x, top), (x + wide, top), (x + wide, bottom), (x, bottom)], land.lit(_near(rgb, land.rng)))
            if depth:
                _windows(land, x, top, wide)
            x += wide * land.rng.uniform(0.95, 1.2)
    _level(land, land.horizon + 0.2, land.lit((88, 90, 94)))


def _windows(land: Land, left: float, top: float, wide: float) -> None:
    glow = (250, 220, 130) if land.light < 0.9 else (190, 214, 232)
    y = top + 0.025
    while y < land.horizon + 0.16:
        for step in range(int(wide / 0.035)):
            x = left + 0.015 + 0.035 * step
            if land.rng.random() < 0.6:
                land.fill([(x, y), (x + 0.018, y), (x + 0.018, y + 0.02), (x, y + 0.02)], glow)
        y += 0.042


def _sea(land: Land) -> None:
    base = _near(land.tint or (38, 104, 160), land.rng)
    _level(land, land.horizon, land.lit(base))
    for step in range(14):
        y = land.horizon + (land.height - land.horizon) * (step + land.rng.random()) / 14
        x, wide = land.rng.uniform(-0.2, land.width), land.rng.uniform(0.15, 0.5)
        thick = 0.004 + 0.008 * (y - land.horizon)
        land.fill([(x, y), (x + wide, y - thick), (x + wide, y + thick)], land.lit(base, 1.35))


def _beach(land: Land) -> None:
    if land.horizon:
        _sea(land)
    shore = [(x, y) for x, y in _ridge(land, land.height * 0.8, 0.05)]
    _ground(land, shore, land.lit((232, 208, 156)))


def _desert(land: Land) -> None:
    shades: tuple[RGB, ...] = ((226, 178, 104), (208, 152, 82), (190, 132, 66))
    for depth, rgb in enumerate(shades):
        _ground(land, _ridge(land, land.horizon + 0.12 * depth, 0.09), land.lit(_mixed(rgb, land.tint, 0.5)))


def _field(land: Land) -> None:
    shades: tuple[RGB, ...] = ((126, 178, 80), (94, 152, 60))
    for depth, rgb in enumerate(shades):
        _ground(land, _ridge(land, land.horizon + 0.14 * depth, 0.05), land.lit(_mixed(rgb, land.tint, 0.5)))


def _snow(land: Land) -> None:
    shades: tuple[RGB, ...] = ((222, 230, 240), (242, 245, 250))
    for depth, rgb in enumerate(shades):
        _ground(land, _ridge(land, land.horizon + 0.16 + 0.1 * depth, 0.04), land.lit(rgb, 1.1))
    for _ in range(60):
        _disc(land, land.rng.uniform(0, land.width), land.rng.uniform(0, land.height), 0.005, (250, 250, 255), sides=6)


def _forest(land: Land) -> None:
    _level(land, land.horizon + 0.05, land.lit((60, 100, 56)))
    for depth, rgb in enumerate(((70, 122, 84), (46, 98, 60), (28, 72, 42))):
        base = land.horizon + 0.05 + 0.13 * depth
        x = -0.1
        while x < land.width + 0.1:
            high = land.rng.uniform(0.22, 0.34) * (1 + 0.2 * depth)
            shade = land.lit(_near(_mixed(rgb, land.tint, 0.5), land.rng))
            for tier in range(3):
                top, half = base - high * (1 - 0.25 * tier), high * (0.16 + 0.06 * tier)
                land.fill([(x, top), (x + half, top + high * 0.5), (x - half, top + high * 0.5)], shade)
            x += land.rng.uniform(0.1, 0.2)


def _near(rgb: RGB, rng: random.Random) -> RGB:
    red, green, blue = (min(255, max(0, part + rng.randint(-12, 12))) for part in rgb)
    return red, green, blue


def _mixed(rgb: RGB, other: RGB | None, share: float) -> RGB:
    if other is None:
        return rgb
    red, green, blue = (round(a * (1 - share) + b * share) for a, b in zip(rgb, other, strict=True))
    return red, green, blue


# From far to near.
LANDS: dict[str, Callable[[Land], None]] = {
    "mountain": _mountain, "city": _city, "sea": _sea, "beach": _beach, "desert": _desert, "field": _field,
    "snow": _snow, "forest": _forest,
}  # fmt: skip
