"""Measures of one picture. Pure. The bands were measured on photographs, drawings, noise and blurred pictures."""

from functools import lru_cache

import numpy as np

from courses.grading.pixels.decoding import grey, rgb
from courses.grading.pixels.filters import box_mean, correlation, laplacian, sobel

BLANK_DEVIATION = 3.0  # of every channel, below which a picture is blank
BLANK_SHARE = 0.001  # of the pixels that are not near the median colour, below which a picture is blank
NEAR = 24.0  # of 255, the largest difference of a channel to the median colour
NOISE_NEXT = 0.5  # correlation of neighbours, below which a picture is noise
NOISE_BLOCK, NOISE_EDGES = 0.15, 0.035  # correlation over 8 pixels below, share of edges above: perhaps noise


@lru_cache(maxsize=64)
def deviation(png: bytes) -> float:
    """Standard deviation of luma: contrast, 0 to about 127."""
    return float(grey(png).std())


def brightness(png: bytes) -> float:
    """Mean luma, 0 (black) to 1 (white)."""
    return float(grey(png).mean()) / 255


def is_blank(png: bytes) -> bool:
    """Red on green of the same luma is not blank, nor is a small dot; a trace of noise on grey is."""
    pixels = rgb(png)
    if float(pixels.std(axis=(0, 1)).max()) < BLANK_DEVIATION:
        return True
    away = np.abs(pixels - np.median(pixels, axis=(0, 1))).max(axis=-1) > NEAR
    return float(away.mean()) < BLANK_SHARE


def colourfulness(png: bytes) -> float:
    """Hasler and Süsstrunk (2003): 0 grey, 33 moderately, 59 quite, 82 highly, 109 extremely colourful."""
    red, green, blue = np.moveaxis(rgb(png), -1, 0)
    rg, yb = red - green, (red + green) / 2 - blue
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


@lru_cache(maxsize=64)
def autocorrelation(png: bytes, lag: int) -> float:
    """Correlation of luma with itself `lag` pixels to the right and down, the smaller one. Noise has 0."""
    plane = grey(png)
    if min(plane.shape) <= lag + 1:
        return 1.0
    return min(correlation(plane[:, lag:], plane[:, :-lag]), correlation(plane[lag:], plane[:-lag]))


@lru_cache(maxsize=64)
def edges(png: bytes) -> float:
    """Share of pixels where luma changes by more than an eighth of its range."""
    plane = grey(png)
    if min(plane.shape) < 3:
        return 0.0
    return float((np.hypot(sobel(plane, 0), sobel(plane, 1)) > 32).mean())


def is_noise(png: bytes) -> bool:
    """Blank pictures with a trace of noise are blank, not noise."""
    return deviation(png) >= BLANK_DEVIATION and autocorrelation(png, 1) < NOISE_NEXT


def may_be_noise(png: bytes) -> bool:
    """As blocks of noise are, and stars or bricks sometimes too: a person should look."""
    return autocorrelation(png, 8) < NOISE_BLOCK and edges(png) > NOISE_EDGES


@lru_cache(maxsize=64)
def blur(png: bytes, size: int = 11) -> float:
    """Crété et al. (2007): how little a further blur takes away. 0 sharp, 1 blurred; 1 for a picture without edges.

    Noise reads as sharp: ask `is_noise` first.
    """
    plane = grey(png) / 255
    if min(plane.shape) < size:
        return 1.0
    found = []
    for axis in (0, 1):
        sharp = np.abs(sobel(plane, axis))
        smooth = np.abs(sobel(box_mean(plane, size, axis), axis))
        total = float(sharp.sum())
        if total / sharp.size > 1e-6:  # stripes have edges in one direction only
            found.append(1 - float(np.maximum(0.0, sharp - smooth).sum()) / total)
    return max(found, default=1.0)


def laplacian_variance(png: bytes) -> float:
    """At 512 pixels: 60 soft to 1,000 crisp; noise has thousands."""
    plane = grey(png)
    return float(laplacian(plane).var()) if min(plane.shape) > 2 else 0.0
