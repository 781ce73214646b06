"""Neighbourhoods of pixels. Pure."""

import numpy as np
from numpy.typing import NDArray

from courses.grading.pixels.decoding import Plane


def box_mean(plane: Plane, size: int, axis: int) -> Plane:
    """Mean of `size` neighbours along one axis, edges mirrored; by running sums."""
    before, after = size // 2, size - 1 - size // 2
    width = [(0, 0)] * plane.ndim
    width[axis] = (before, after)
    padded = np.pad(plane, width, mode="symmetric")
    sums = np.cumsum(padded, axis=axis)
    zero = np.zeros_like(np.take(sums, [0], axis=axis))
    sums = np.concatenate([zero, sums], axis=axis)
    length = plane.shape[axis]
    upper = np.take(sums, np.arange(size, size + length), axis=axis)
    lower = np.take(sums, np.arange(length), axis=axis)
    return (upper - lower) / size


def window_mean(plane: Plane, size: int) -> Plane:
    """Mean of a square window around every pixel."""
    return box_mean(box_mean(plane, size, 0), size, 1)


def laplacian(plane: Plane) -> Plane:
    """Second differences, inside the edges."""
    inner = plane[1:-1, 1:-1]
    return plane[:-2, 1:-1] + plane[2:, 1:-1] + plane[1:-1, :-2] + plane[1:-1, 2:] - 4 * inner


def sobel(plane: Plane, axis: int) -> Plane:
    """First differences along `axis`, smoothed across it; weights 1 2 1, normalised; inside the edges."""
    smooth = 1 - axis
    rows = [np.take(plane, np.arange(k, plane.shape[smooth] - 2 + k), axis=smooth) for k in range(3)]
    mixed = (rows[0] + 2 * rows[1] + rows[2]) / 4
    ahead = np.take(mixed, np.arange(2, plane.shape[axis]), axis=axis)
    behind = np.take(mixed, np.arange(plane.shape[axis] - 2), axis=axis)
    return (ahead - behind) / 2


def correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Pearson's; 1 where nothing varies."""
    first, second = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / norm if norm > 1e-9 else 1.0
