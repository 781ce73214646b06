"""Colours as people see them: CIE Lab, the difference CIEDE2000, the few that dominate a picture. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from courses.grading.pixels.decoding import rgb

Lab = NDArray[np.float64]  # …, 3

NAMES: dict[str, tuple[str, str]] = {  # name: hexadecimal, French name
    "red": ("#d42a2a", "rouge"), "orange": ("#f58220", "orange"), "yellow": ("#f5d32d", "jaune"),
    "green": ("#2c963e", "vert"), "cyan": ("#20bec8", "cyan"), "blue": ("#235cc8", "bleu"),
    "purple": ("#803caa", "violet"), "pink": ("#f078aa", "rose"), "brown": ("#82522d", "brun"),
    "black": ("#16161a", "noir"), "white": ("#fafaf8", "blanc"), "grey": ("#878a8e", "gris"),
    "beige": ("#e2cdaa", "beige"),
}  # fmt: skip
HEX = re.compile(r"#[0-9a-f]{6}")
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65


def to_lab(colours: NDArray[np.float64]) -> Lab:
    """sRGB 0..255 to CIE Lab (D65)."""
    part = np.asarray(colours, dtype=np.float64) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def delta_e(one: Lab, other: Lab) -> NDArray[np.float64]:
    """CIEDE2000 (Sharma, Wu, Dalal 2005): about 2 is just seen, 20 is another colour."""
    l1, a1, b1 = np.moveaxis(one, -1, 0)
    l2, a2, b2 = np.moveaxis(other, -1, 0)
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = h2 - h1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    turn = np.where(grey, 0.0, turn)
    around = h1 + h2
    far = np.abs(h1 - h2) > 180
    mean_h = np.where(grey, around, np.where(far, np.where(around < 360, around + 360, around - 360), around) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (1 - 0.17 * _cos(mean_h - 30) + 0.24 * _cos(2 * mean_h) + 0.32 * _cos(3 * mean_h + 6)
         - 0.20 * _cos(4 * mean_h - 63))  # fmt: skip
    weight_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    weight_c, weight_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    spin = np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2)))
    rotation = -np.sin(spin) * 2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    d_l, d_c = (l2 - l1) / weight_l, (c2 - c1) / weight_c
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / weight_h
    return np.asarray(np.sqrt(np.maximum(0, d_l**2 + d_c**2 + d_h**2 + rotation * d_c * d_h)))


def _cos(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.cos(np.radians(degrees))


def hexadecimal(name: str) -> str:
    """The colour behind a name or "#rrggbb". Raises ValueError."""
    if HEX.fullmatch(name):
        return name
    if name not in NAMES:
        raise ValueError(f"unknown colour {name!r}; known: {', '.join(NAMES)}, or #rrggbb")
    return NAMES[name][0]


def lab_of(name: str) -> Lab:
    digits = hexadecimal(name)[1:]
    return to_lab(np.array([int(digits[at : at + 2], 16) for at in (0, 2, 4)], dtype=np.float64))


def in_french(name: str) -> str:
    return NAMES[name][1] if name in NAMES else name


@dataclass(frozen=True, slots=True)
class Swatch:
    colour: str  # "#rrggbb"
    share: float  # of the pixels, 0..1


Box = tuple[float, float, float, float]  # left, top, right, bottom, as shares of width and height
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


def region(pixels: NDArray[np.float64], box: Box) -> NDArray[np.float64]:
    height, width = pixels.shape[:2]
    left, right = int(box[0] * width), max(int(box[0] * width) + 1, round(box[2] * width))
    top, bottom = int(box[1] * height), max(int(box[1] * height) + 1, round(box[3] * height))
    return pixels[top:bottom, left:right]


@lru_cache(maxsize=32)
def palette(png: bytes, box: Box = WHOLE, count: int = 6) -> tuple[Swatch, ...]:
    """The colours that dominate, the most frequent first: k-means in Lab at 96 pixels, always with the same start."""
    pixels = region(rgb(png, 96), box).reshape(-1, 3)
    lab = to_lab(pixels)
    centres = _apart(lab, count)
    for _round in range(12):
        nearest = ((lab[:, None] - centres[None]) ** 2).sum(axis=-1).argmin(axis=1)
        moved = np.array(
            [lab[nearest == k].mean(axis=0) if (nearest == k).any() else centres[k] for k in range(len(centres))]
        )
        if np.allclose(moved, centres, atol=0.05):
            break
        centres = moved
    found = [(pixels[nearest == k].mean(axis=0), float((nearest == k).mean())) for k in range(len(centres))
             if (nearest == k).any()]  # fmt: skip
    found.sort(key=lambda each: -each[1])
    return tuple(Swatch("#" + "".join(f"{round(part):02x}" for part in colour), share) for colour, share in found)


def _mean(points: Lab, otherwise: Lab) -> Lab:
    return np.asarray(points.mean(axis=0)) if len(points) else otherwise


def _apart(lab: Lab, count: int) -> Lab:
    """Starting points: the mean's nearest pixel, then each time the pixel farthest from all chosen ones."""
    chosen = [lab[((lab - lab.mean(axis=0)) ** 2).sum(axis=1).argmin()]]
    while len(chosen) < count:
        away = np.min([((lab - point) ** 2).sum(axis=1) for point in chosen], axis=0)
        if away.max() < 4:
            break
        chosen.append(lab[away.argmax()])
    return np.array(chosen)


def share_near(png: bytes, name: str, tolerance: float, box: Box = WHOLE) -> float:
    """Share of the pixels that look like this colour (CIEDE2000 at most `tolerance`)."""
    lab = to_lab(region(rgb(png, 128), box))
    return float((delta_e(lab, np.broadcast_to(lab_of(name), lab.shape)) <= tolerance).mean())
