"""How each thing is drawn: polygons, ellipses and lines in a square from -1 to 1, y downwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from PIL import ImageDraw

from workers.engines.diffusion.vocabulary import RGB

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Pen:
    """Draws in the square around an item; lengths are in radii."""

    draw: ImageDraw.ImageDraw
    x: float  # pixels
    y: float  # pixels
    radius: float  # pixels
    turn: float
    rgb: RGB

    def polygon(self, points: Points, rgb: RGB | None = None) -> None:
        self.draw.polygon([self._at(*point) for point in points], fill=rgb or self.rgb)

    def ellipse(self, x: float, y: float, wide: float, high: float, rgb: RGB | None = None) -> None:
        steps = 48
        around = [2 * pi * step / steps for step in range(steps)]
        self.polygon([(x + wide * cos(angle), y + high * sin(angle)) for angle in around], rgb)

    def box(self, left: float, top: float, right: float, bottom: float, rgb: RGB | None = None) -> None:
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], rgb)

    def shade(self, factor: float) -> RGB:
        red, green, blue = (min(255, round(part * factor)) for part in self.rgb)
        return red, green, blue

    def _at(self, x: float, y: float) -> tuple[float, float]:
        c, s = cos(self.turn), sin(self.turn)
        return self.x + self.radius * (c * x - s * y), self.y + self.radius * (s * x + c * y)


def regular(corners: int, start: float = -pi / 2, inner: float = 1.0) -> Points:
    """A regular polygon; with `inner` below 1 a star with as many points."""
    count = corners if inner == 1 else 2 * corners
    radii = [1.0 if inner == 1 or step % 2 == 0 else inner for step in range(count)]
    angles = [start + 2 * pi * step / count for step in range(count)]
    return [(radius * cos(angle), radius * sin(angle)) for radius, angle in zip(radii, angles, strict=True)]


def _heart() -> Points:
    turns = [2 * pi * step / 60 for step in range(60)]
    return [
        (sin(t) ** 3, -(13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)) / 16) for t in turns
    ]  # fmt: skip


def _crescent() -> Points:
    outer = [(cos(t), sin(t)) for t in (pi / 3 + 4 * pi / 3 * step / 40 for step in range(41))]
    inner = [(0.5 + 0.87 * cos(t), 0.87 * sin(t)) for t in (3 * pi / 2 - pi * step / 40 for step in range(41))]
    return [*outer, *inner]


def _ring(pen: Pen) -> None:
    outer = [(cos(2 * pi * step / 60), sin(2 * pi * step / 60)) for step in range(61)]
    pen.polygon([*outer, *[(0.58 * x, 0.58 * y) for x, y in reversed(outer)]])


def _cross(pen: Pen) -> None:
    pen.box(-0.32, -1, 0.32, 1)
    pen.box(-1, -0.32, 1, 0.32)


def _sun(pen: Pen) -> None:
    pen.polygon(regular(12, inner=0.78), pen.shade(0.92))
    pen.ellipse(0, 0, 0.72, 0.72)


def _cloud(pen: Pen) -> None:
    for x, y, r in ((-0.55, 0.1, 0.42), (0.0, -0.12, 0.55), (0.55, 0.1, 0.42)):
        pen.ellipse(x, y, r, r * 0.85)
    pen.box(-0.6, 0.1, 0.6, 0.45)


def _bird(pen: Pen) -> None:
    pen.polygon(
        [(-1, -0.3), (-0.45, -0.42), (0, 0.1), (0.45, -0.42), (1, -0.3), (0.45, -0.22), (0, 0.35), (-0.45, -0.22)]
    )


def _balloon(pen: Pen) -> None:
    pen.ellipse(0, -0.3, 0.68, 0.7)
    pen.polygon([(-0.5, 0.15), (0.5, 0.15), (0.15, 0.62), (-0.15, 0.62)])
    pen.ellipse(0, -0.3, 0.25, 0.7, pen.shade(0.8))
    pen.box(-0.16, 0.7, 0.16, 0.98, (120, 80, 45))


def _tree(pen: Pen) -> None:
    pen.box(-0.13, 0.1, 0.13, 1, (104, 70, 40))
    for x, y, r in ((0, -0.45, 0.52), (-0.35, -0.1, 0.42), (0.35, -0.1, 0.42)):
        pen.ellipse(x, y, r, r)


def _pine(pen: Pen) -> None:
    pen.box(-0.1, 0.6, 0.1, 1, (92, 62, 38))
    for top, bottom, half in ((-1, -0.2, 0.4), (-0.6, 0.25, 0.55), (-0.2, 0.7, 0.7)):
        pen.polygon([(0, top), (half, bottom), (-half, bottom)])


def _house(pen: Pen) -> None:
    pen.box(-0.75, -0.15, 0.75, 0.95)
    pen.polygon([(-0.95, -0.15), (0, -0.95), (0.95, -0.15)], (150, 62, 48))
    pen.box(-0.16, 0.35, 0.16, 0.95, (96, 62, 40))
    for left in (-0.58, 0.3):
        pen.box(left, 0.1, left + 0.28, 0.4, (250, 232, 160))


def _flower(pen: Pen) -> None:
    pen.box(-0.05, 0, 0.05, 1, (60, 130, 60))
    for step in range(6):
        pen.ellipse(0.36 * cos(pi * step / 3), -0.4 + 0.36 * sin(pi * step / 3), 0.26, 0.26)
    pen.ellipse(0, -0.4, 0.2, 0.2, (250, 210, 60))


def _cat(pen: Pen) -> None:
    pen.ellipse(0.62, 0.45, 0.13, 0.5, pen.shade(0.85))
    pen.ellipse(0, 0.45, 0.52, 0.55)
    for side in (-1, 1):
        pen.polygon([(side * 0.1, -0.6), (side * 0.42, -0.3), (side * 0.46, -0.95)])
    pen.ellipse(0, -0.35, 0.48, 0.42)
    for side in (-1, 1):
        pen.ellipse(side * 0.18, -0.4, 0.08, 0.11, (30, 30, 30))
    pen.polygon([(-0.07, -0.2), (0.07, -0.2), (0, -0.1)], (200, 110, 110))


def _mushroom(pen: Pen) -> None:
    pen.box(-0.22, -0.1, 0.22, 0.95, (240, 230, 210))
    half = [(0.95 * cos(t), -0.05 + 0.9 * sin(t)) for t in (pi + pi * step / 40 for step in range(41))]
    pen.polygon(half)
    for x, y in ((-0.45, -0.3), (0.05, -0.6), (0.48, -0.28)):
        pen.ellipse(x, y, 0.12, 0.12, (250, 245, 235))


def _lighthouse(pen: Pen) -> None:
    pen.polygon([(-0.22, -0.6), (0.22, -0.6), (0.36, 1), (-0.36, 1)])
    for top in (-0.3, 0.25):
        pen.polygon([(-0.26, top), (0.26, top), (0.3, top + 0.28), (-0.3, top + 0.28)], (200, 50, 45))
    pen.box(-0.26, -0.85, 0.26, -0.6, (250, 220, 90))
    pen.polygon([(-0.34, -0.82), (0, -1), (0.34, -0.82)], (60, 60, 70))


def _apple(pen: Pen) -> None:
    pen.ellipse(-0.28, 0.15, 0.58, 0.72)
    pen.ellipse(0.28, 0.15, 0.58, 0.72)
    pen.polygon([(-0.05, -0.4), (0.08, -0.95), (0.16, -0.92), (0.06, -0.4)], (96, 64, 40))
    pen.ellipse(0.35, -0.75, 0.25, 0.12, (70, 150, 60))


def _boat(pen: Pen) -> None:
    pen.polygon([(-0.95, 0.35), (0.95, 0.35), (0.6, 0.85), (-0.6, 0.85)])
    pen.box(-0.04, -0.95, 0.04, 0.35, (90, 64, 42))
    pen.polygon([(0.08, -0.9), (0.08, 0.25), (0.75, 0.25)], (250, 246, 236))
    pen.polygon([(-0.08, -0.7), (-0.08, 0.25), (-0.6, 0.25)], (236, 228, 214))


def _fish(pen: Pen) -> None:
    pen.ellipse(-0.12, 0, 0.7, 0.42)
    pen.polygon([(0.4, 0), (0.98, -0.42), (0.98, 0.42)], pen.shade(0.85))
    pen.ellipse(-0.5, -0.1, 0.08, 0.08, (25, 25, 30))


def _polygon(points: Points) -> Callable[[Pen], None]:
    return lambda pen: pen.polygon(points)


OUTLINES: dict[str, Callable[[Pen], None]] = {
    "circle": lambda pen: pen.ellipse(0, 0, 1, 1),
    "ellipse": lambda pen: pen.ellipse(0, 0, 1, 0.6),
    "square": lambda pen: pen.box(-0.84, -0.84, 0.84, 0.84),
    "rectangle": lambda pen: pen.box(-1, -0.55, 1, 0.55),
    "triangle": _polygon(regular(3)),
    "diamond": _polygon([(0, -1), (0.66, 0), (0, 1), (-0.66, 0)]),
    "pentagon": _polygon(regular(5)),
    "hexagon": _polygon(regular(6)),
    "star": _polygon(regular(5, inner=0.42)),
    "heart": _polygon(_heart()),
    "crescent": _polygon(_crescent()),
    "cross": _cross, "ring": _ring, "sun": _sun, "cloud": _cloud, "bird": _bird, "balloon": _balloon, "tree": _tree,
    "pine": _pine, "house": _house, "flower": _flower, "cat": _cat, "mushroom": _mushroom, "lighthouse": _lighthouse,
    "apple": _apple, "boat": _boat, "fish": _fish,
}  # fmt: skip
