"""Structural similarity. Pure. Wang, Bovik, Sheikh, Simoncelli (2004), with a square window of 7 pixels."""

import numpy as np

from courses.grading.pixels.decoding import SIDE, Plane, grey, natural, resized
from courses.grading.pixels.filters import window_mean

WINDOW = 7
STABLE_MEAN, STABLE_VARIANCE = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(one: Plane, other: Plane) -> float:
    """-1..1, 1 for equal planes of the same size."""
    if min(one.shape) < WINDOW:
        return 1.0 if np.array_equal(one, other) else 0.0
    mean_one, mean_other = window_mean(one, WINDOW), window_mean(other, WINDOW)
    scale = WINDOW**2 / (WINDOW**2 - 1)  # of a sample
    variance_one = scale * (window_mean(one * one, WINDOW) - mean_one**2)
    variance_other = scale * (window_mean(other * other, WINDOW) - mean_other**2)
    covariance = scale * (window_mean(one * other, WINDOW) - mean_one * mean_other)
    above = (2 * mean_one * mean_other + STABLE_MEAN) * (2 * covariance + STABLE_VARIANCE)
    below = (mean_one**2 + mean_other**2 + STABLE_MEAN) * (variance_one + variance_other + STABLE_VARIANCE)
    edge = WINDOW // 2
    return float((above / below)[edge:-edge, edge:-edge].mean())


def similarity(one: bytes, other: bytes) -> float:
    """SSIM of two pictures, the second one brought to the size of the first (at most 512 pixels long)."""
    first = grey(one, SIDE)
    return ssim(first, resized(other, first.shape[1], first.shape[0]))


def symmetry(png: bytes, axis: str) -> float:
    """SSIM of a picture with its mirror image; `axis` "vertical" swaps left and right, "horizontal" top and bottom."""
    plane = grey(png, SIDE // 2)
    return ssim(plane, plane[:, ::-1] if axis == "vertical" else plane[::-1])


def seam(png: bytes, axis: str) -> float:
    """How well opposite edges continue each other when the picture is laid beside itself, 0..1.

    The step over the seam is compared with the usual step between neighbours next to it, so that a busy texture may
    have a busy seam and a smooth one must have a smooth one. `axis`: "x" left and right, "y" top and bottom.
    """
    pixels = np.asarray(natural(png), dtype=np.float64)
    pixels = pixels if axis == "x" else pixels.transpose(1, 0, 2)
    if pixels.shape[1] < 8:
        return 1.0
    over = np.abs(pixels[:, 0] - pixels[:, -1]).mean()
    width = max(4, pixels.shape[1] // 8)
    near = np.abs(np.diff(np.concatenate([pixels[:, -width:], pixels[:, :width]], axis=1), axis=1))
    near = np.delete(near, width - 1, axis=1)
    usual = np.percentile(near.mean(axis=(0, 2)), 90)
    return float(min(1.0, (usual + 4.0) / (over + 1e-9)))
