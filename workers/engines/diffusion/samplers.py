"""Integrators of the probability-flow and reverse stochastic equations, in the variance-exploding form x = x0 + σ·n.

Karras et al. 2022 (Euler), Song et al. 2020 (ancestral, DDIM), Lu et al. 2022 (DPM-Solver++). Each takes the latent x,
the noise levels with 0 at the end, a denoiser, and a source of standard normal noise.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from workers.engines.diffusion.schedules import Sigmas

Latent = NDArray[np.float64]
Denoise = Callable[[Latent, float], Latent]  # of x and σ: the expected picture
Noise = Callable[[], Latent]


def euler(x: Latent, sigmas: Sigmas, denoise: Denoise, noise: Noise) -> Latent:
    for now, then in _pairs(sigmas):
        x = x + (then - now) * (x - denoise(x, now)) / now
    return x


def euler_ancestral(x: Latent, sigmas: Sigmas, denoise: Denoise, noise: Noise) -> Latent:
    for now, then in _pairs(sigmas):
        down, up = _ancestral(now, then)
        x = x + (down - now) * (x - denoise(x, now)) / now
        x = x + up * noise() if then else x
    return x


def ddim(x: Latent, sigmas: Sigmas, denoise: Denoise, noise: Noise) -> Latent:
    """Without added noise (η = 0), written in DDIM's own terms: a signal and a noise share of constant variance."""
    for now, then in _pairs(sigmas):
        share_now, share_then = 1 / (1 + now**2), 1 / (1 + then**2)
        scaled, x0 = x * sqrt(share_now), denoise(x, now)
        direction = (scaled - sqrt(share_now) * x0) / sqrt(1 - share_now)
        x = (sqrt(share_then) * x0 + sqrt(1 - share_then) * direction) / sqrt(share_then)
    return x


def dpmpp_2m(x: Latent, sigmas: Sigmas, denoise: Denoise, noise: Noise) -> Latent:
    """Second order, with the denoised picture of the step before."""
    before: Latent | None = None
    step_before = 0.0
    for now, then in _pairs(sigmas):
        x0 = denoise(x, now)
        if then == 0:
            return x0
        step = log(now) - log(then)
        guess = x0
        if before is not None:
            ratio = step_before / step
            guess = (1 + 1 / (2 * ratio)) * x0 - before / (2 * ratio)
        x = then / now * x + (1 - exp(-step)) * guess
        before, step_before = x0, step
    return x


def dpmpp_sde(x: Latent, sigmas: Sigmas, denoise: Denoise, noise: Noise) -> Latent:
    """Two evaluations per step; the noise at the midpoint and at the end belong to one Brownian path."""
    for now, then in _pairs(sigmas):
        x0 = denoise(x, now)
        if then == 0:
            return x0
        middle = sqrt(now * then)
        first, second = noise(), noise()
        down, up = _ancestral(now, middle)
        half = down / now * x + (1 - down / now) * x0 + up * first
        x0 = denoise(half, middle)  # r = 1/2: the midpoint alone counts
        whole = (sqrt(now - middle) * first + sqrt(middle - then) * second) / sqrt(now - then)
        down, up = _ancestral(now, then)
        x = down / now * x + (1 - down / now) * x0 + up * whole
    return x


@dataclass(frozen=True)
class Sampler:
    run: Callable[[Latent, Sigmas, Denoise, Noise], Latent]
    schedule: str  # what "Automatic" means for it
    aliases: tuple[str, ...] = ()
    evaluations: int = 1  # of the denoiser per step


SAMPLERS: dict[str, Sampler] = {
    "DPM++ 2M": Sampler(dpmpp_2m, "Karras", ("k_dpmpp_2m",)),
    "DPM++ SDE": Sampler(dpmpp_sde, "Karras", ("k_dpmpp_sde",), evaluations=2),
    "Euler a": Sampler(euler_ancestral, "Uniform", ("k_euler_a", "k_euler_ancestral")),
    "Euler": Sampler(euler, "Uniform", ("k_euler",)),
    "DDIM": Sampler(ddim, "DDIM", ("ddim",)),
}


def _pairs(sigmas: Sigmas) -> list[tuple[float, float]]:
    levels = [float(level) for level in sigmas]
    return list(itertools.pairwise(levels))


def _ancestral(now: float, then: float) -> tuple[float, float]:
    """How far to go down, and how much new noise brings it up to `then` again."""
    up = min(then, sqrt(max(then**2 * (now**2 - then**2) / now**2, 0.0)))
    return sqrt(max(then**2 - up**2, 0.0)), up
