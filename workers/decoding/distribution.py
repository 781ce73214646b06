"""What a sampler does with the scores of the next token. Pure.

Scores are logits or log-probabilities: the difference is one number for all tokens, which softmax takes away. The order
of the steps is that of most libraries: bias, temperature, top-k, top-p (Holtzman et al., "The Curious Case of Neural
Text Degeneration", 2020).
"""

from collections.abc import Mapping
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]  # one per token of the vocabulary
Ids = npt.NDArray[np.int64]

GREEDY: Final = 0.0  # the temperature at which only the best token is left


def log_softmax(scores: Scores) -> Scores:
    """Log-probabilities (natural logarithm). Raises ValueError when no token has a finite score."""
    best = float(np.max(scores, initial=-np.inf))
    if not np.isfinite(best):
        raise ValueError("no token is left")
    shifted = scores - best
    result: Scores = shifted - np.log(np.exp(shifted).sum())
    return result


def entropy(logprobs: Scores) -> float:
    """Shannon entropy in bits: 0 when one token is certain, log2 of the vocabulary's size when all are alike."""
    finite = logprobs[np.isfinite(logprobs)]
    return abs(float(-(np.exp(finite) * finite).sum() / np.log(2)))


def biased(scores: Scores, bias: Mapping[int, float]) -> Scores:
    """`logit_bias`: a number added to the scores of some tokens. Raises IndexError for an id beyond the vocabulary."""
    changed = scores.copy()
    for token, value in bias.items():
        changed[token] += value
    return changed


def masked(scores: Scores, allowed: npt.NDArray[np.bool_]) -> Scores:
    """Only allowed tokens keep their scores."""
    return np.where(allowed, scores, -np.inf)


def tempered(scores: Scores, temperature: float) -> Scores:
    """Log-probabilities at a temperature above 0: the scores are divided by it before the softmax."""
    return log_softmax(scores / temperature)


def ranked(logprobs: Scores) -> Ids:
    """Token ids from the most to the least probable; of equals the lower id comes first."""
    return np.argsort(-logprobs, kind="stable")


def nucleus(logprobs: Scores, top_p: float) -> Ids:
    """The fewest most probable tokens whose probabilities reach `top_p` together; at least one."""
    order = ranked(logprobs)
    reached = np.cumsum(np.exp(logprobs[order]))
    # What rounding takes from the sum must not take a token in.
    count = int(np.searchsorted(reached, top_p - 1e-9)) + 1
    return order[: min(count, len(order))]


def survivors(scores: Scores, *, temperature: float, top_k: int | None = None, top_p: float | None = None) -> Scores:
    """Log-probabilities of the tokens that may be drawn; -inf for the others."""
    finite = np.isfinite(scores)
    if temperature == GREEDY:
        kept = ranked(log_softmax(scores))[:1]
    else:
        logprobs = tempered(scores, temperature)
        kept = ranked(logprobs)[:top_k]
        if top_p is not None:
            among = np.full_like(logprobs, -np.inf)
            among[kept] = logprobs[kept]
            kept = nucleus(log_softmax(among), top_p)
    left = np.full_like(scores, -np.inf)
    left[kept] = scores[kept] / (temperature or 1.0)
    return log_softmax(np.where(finite, left, -np.inf))


def draw(logprobs: Scores, number: float) -> int:
    """The token at `number` (0 to 1) of the cumulated probabilities, most probable first."""
    order = ranked(logprobs)
    reached = np.cumsum(np.exp(logprobs[order]))
    place = int(np.searchsorted(reached, number * reached[-1], side="right"))
    possible = int(np.isfinite(logprobs).sum())
    return int(order[min(place, possible - 1)])


def number(seed: int, position: int) -> float:
    """What a draw at this place of an answer uses: the same for the same seed, on every machine."""
    return Random(f"{seed}:{position}").random()  # noqa: S311 (made to be repeated)
