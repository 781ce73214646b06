"""Noise levels: from the largest to the smallest, one per step, and 0 at the end.

The ladder is the one that Stable Diffusion was trained with: 1000 steps, scaled-linear beta from 0.00085 to 0.012.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Sigmas = NDArray[np.float64]

_BETAS = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
ALPHAS: Sigmas = np.cumprod(1 - _BETAS)  # the share of the picture's variance that is left at each training step
LADDER: Sigmas = ((1 - ALPHAS) / ALPHAS) ** 0.5
LARGEST, SMALLEST = float(LADDER[-1]), float(LADDER[0])  # 14.61 and 0.029


def uniform(steps: int) -> Sigmas:
    return _at(np.linspace(999, 0, steps))


def sgm_uniform(steps: int) -> Sigmas:
    return _at(np.linspace(999, 0, steps + 1)[:-1])


def simple(steps: int) -> Sigmas:
    return np.array([LADDER[-(1 + int(step * 1000 / steps))] for step in range(steps)])


def karras(steps: int) -> Sigmas:
    """Karras et al. 2022, equation 5, with rho = 7."""
    ramp = np.linspace(0, 1, steps)
    return np.asarray((LARGEST ** (1 / 7) + ramp * (SMALLEST ** (1 / 7) - LARGEST ** (1 / 7))) ** 7)


def exponential(steps: int) -> Sigmas:
    return np.asarray(np.exp(np.linspace(np.log(LARGEST), np.log(SMALLEST), steps)))


def ddim(steps: int) -> Sigmas:
    """Every (1000 // steps)-th training step, offset by one, as DDIM's authors choose them."""
    chosen = np.arange(steps) * (1000 // steps) + 1
    return np.asarray(LADDER[chosen[::-1]])


SCHEDULES: dict[str, Callable[[int], Sigmas]] = {
    "Uniform": uniform,
    "Karras": karras,
    "Exponential": exponential,
    "SGM Uniform": sgm_uniform,
    "Simple": simple,
}
AUTOMATIC = "Automatic"  # the one that the sampler's authors recommend


def _at(times: Sigmas) -> Sigmas:
    """Noise levels between training steps, interpolated in their logarithm."""
    return np.asarray(np.exp(np.interp(times, np.arange(1000), np.log(LADDER))))
