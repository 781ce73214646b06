"""Simple shapes on a plain background: found by colour, counted, placed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from courses.grading.pixels.colour import to_lab
from courses.grading.pixels.decoding import rgb

SIDE = 192  # pixels of the longer side at which shapes are looked for
APART = 14.0  # distance in Lab from the background
SMALLEST, LARGEST = 0.002, 0.6  # share of the picture; what covers more is ground, not a shape

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shape:
    """Lengths are shares of the picture's width and height."""

    x: float  # of its centre
    y: float
    left: float
    top: float
    right: float
    bottom: float
    area: float  # share of the picture
    colour: str  # "#rrggbb", the median
    form: str  # circle, square, triangle, other


@lru_cache(maxsize=32)
def shapes(png: bytes) -> tuple[Shape, ...]:
    """The largest first. Pieces of different colours that touch are one shape where the colours are near."""
    pixels = rgb(png, SIDE)
    lab = to_lab(pixels)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    background = np.median(border, axis=0)
    mask = np.sqrt(((lab - background) ** 2).sum(axis=-1)) > APART
    found = [_shape(pixels, part) for part in components(opened(mask)) if SMALLEST <= part.mean() <= LARGEST]
    return tuple(sorted(found, key=lambda shape: -shape.area))


def opened(mask: Mask) -> Mask:
    """Without hairs and single pixels: eroded, then dilated by one pixel."""
    return _grown(~_grown(~mask))


def _grown(mask: Mask) -> Mask:
    wide = np.pad(mask, 1)
    return wide[1:-1, 1:-1] | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]


def components(mask: Mask) -> Iterator[Mask]:
    """Connected pieces (sides and corners). Runs of a row are joined with the runs that they touch in the row above."""
    runs: list[tuple[int, int, int]] = []  # row, first, behind the last
    parents: list[int] = []
    above: list[int] = []
    for row, line in enumerate(mask):
        steps = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(np.int8), [0]])))
        current: list[int] = []
        for start, end in zip(steps[::2], steps[1::2], strict=True):
            number = len(runs)
            runs.append((row, int(start), int(end)))
            parents.append(number)
            current.append(number)
            for other in above:
                if runs[other][1] <= end and start <= runs[other][2]:
                    parents[_root(parents, other)] = _root(parents, number)
        above = current
    pieces: dict[int, Mask] = {}
    for number, (row, start, end) in enumerate(runs):
        pieces.setdefault(_root(parents, number), np.zeros_like(mask))[row, start:end] = True
        if len(pieces) > 200:
            return
    yield from pieces.values()


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = number = parents[parents[number]]
    return number


def _shape(pixels: NDArray[np.float64], part: Mask) -> Shape:
    height, width = part.shape
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    ys, xs = np.nonzero(part)
    colour = np.median(pixels[part], axis=0)
    return Shape(
        x=float(xs.mean() + 0.5) / width, y=float(ys.mean() + 0.5) / height,
        left=left / width, top=top / height, right=right / width, bottom=bottom / height,
        area=float(part.mean()),
        colour="#" + "".join(f"{round(float(channel)):02x}" for channel in colour),
        form=_form(part[top:bottom, left:right], ys - ys.mean(), xs - xs.mean()),
    )  # fmt: skip


def _form(box: Mask, ys: NDArray[np.float64], xs: NDArray[np.float64]) -> str:
    """By how the distances from the centre are spread, whatever the turn: a disc fills its farthest circle, a square
    64 % of it, a triangle 41 %; a long shape is none of them."""
    area = float(box.sum())
    covariance = np.cov(np.stack([ys, xs])) if area > 2 else np.eye(2)
    small, large = np.sort(np.linalg.eigvalsh(covariance))
    if large <= 0 or small / large < 0.55:
        return "other"
    reach = float(np.percentile(np.hypot(ys, xs), 99.7)) + 0.5
    filled = area / (np.pi * reach**2)
    if filled > 0.86:
        return "circle"
    if 0.56 <= filled <= 0.74:
        return "square"
    return "triangle" if 0.34 <= filled <= 0.48 else "other"
