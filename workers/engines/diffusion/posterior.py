"""The exact denoiser of a finite distribution of scenes.

If the clean latent is one of b₁…bₙ with prior p and x = b + σ·n, then by Bayes' rule the weight of each scene is
softmax(log pᵢ − ‖x − bᵢ‖² / 2σ²), and the best guess of the clean latent (the least squared error) is their weighted
mean: x0 = Σ wᵢ·bᵢ. The score that a diffusion network is trained to approximate is (x0 − x) / σ². Nothing is learned
here because nothing has to be: the distribution is known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Latents = NDArray[np.float64]  # (n, cells)
Weights = NDArray[np.float64]  # (n,)

# The guess without the prompt is less certain than it could be, as that of a real network is: a part of it is always
# the mean of everything. What it misses is what guidance exaggerates: a little contrast at 2, a burnt picture at 12.
HAZE = 0.10


@dataclass(frozen=True)
class Guided:
    """Classifier-free guidance (Ho and Salimans 2022) between two priors over the same scenes."""

    latents: Latents
    wanted: Weights  # prior with the prompt; sums to 1
    other: Weights  # prior with the negative prompt, or without any
    scale: float  # 1: only the prompt; above: away from the other; 0: only the other

    def weights(self, x: NDArray[np.float64], sigma: float) -> Weights:
        """How much of each scene is in the guess; they sum to 1, and some are negative."""
        apart = np.square(self.latents - x).sum(axis=1)
        with_prompt = softmax(_log(self.wanted) - apart / (2 * sigma**2))
        if self.scale == 1:
            return with_prompt
        without = (1 - HAZE) * softmax(_log(self.other) - apart / (2 * sigma**2)) + HAZE * self.other
        return without + self.scale * (with_prompt - without)


def softmax(values: NDArray[np.float64]) -> Weights:
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum())


def _log(prior: Weights) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(prior))
