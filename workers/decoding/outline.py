"""A distribution that fits into a page: its best tokens one by one, the others in a histogram. Pure.

The histogram keeps, of tokens with nearly the same log-probability, their number and the logarithm of their mean
probability. So the sum of all probabilities stays exact, and at another temperature it is off by less than the width
of a bin squared: enough to draw bars, and for every criterion with a tolerance. The page's script
(`static/kinds/decoding_lab/distribution.js` of the decoding lab) does the same sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from workers.decoding.distribution import Ids, Scores, ranked

BINS_PER_NAT = 4
LOWEST = -60.0  # log-probability under which a token cannot matter at any temperature that is offered

Bin = tuple[float, int]  # mean log-probability, number of tokens


def outline(logprobs: Scores, best: int) -> tuple[Ids, list[Bin]]:
    """The ids of the best tokens, and the histogram of the others."""
    order = ranked(logprobs)
    return order[:best], histogram(logprobs[order[best:]])


def histogram(logprobs: Scores) -> list[Bin]:
    """Bins from the most to the least probable; tokens that are impossible are left out."""
    possible = logprobs[np.isfinite(logprobs)]
    places = np.floor(np.maximum(possible, LOWEST) * BINS_PER_NAT).astype(np.int64)
    found: list[Bin] = []
    for place in np.unique(places)[::-1]:
        inside = possible[places == place]
        found.append((round(float(np.logaddexp.reduce(inside)) - log(len(inside)), 6), len(inside)))
    return found


@dataclass(frozen=True, slots=True)
class Outline:
    """`logprobs` of the best tokens in falling order, and the rest."""

    logprobs: Sequence[float]
    tail: Sequence[Bin] = ()

    def at(self, temperature: float) -> tuple[list[float], list[float]]:
        """Probabilities of the best tokens, and of the bins of the rest, at a temperature (0: only the best token)."""
        if temperature == 0:
            return [1.0, *[0.0] * (len(self.logprobs) - 1)], [0.0] * len(self.tail)
        weights = np.array(
            [*(one / temperature for one in self.logprobs), *(mean / temperature + log(n) for mean, n in self.tail)]
        )
        shares = np.exp(weights - np.logaddexp.reduce(weights))
        return shares[: len(self.logprobs)].tolist(), shares[len(self.logprobs) :].tolist()

    def entropy(self, temperature: float = 1.0) -> float:
        """Bits."""
        best, rest = self.at(temperature)
        shares = [*((share, 1) for share in best), *zip(rest, (n for _mean, n in self.tail), strict=True)]
        return abs(sum(-share * log(share / n, 2) for share, n in shares if share > 0))

    def nucleus(self, temperature: float, top_p: float) -> int | None:
        """How many of the best tokens the nucleus has; None when it reaches beyond those that are told one by one."""
        total = 0.0
        for count, share in enumerate(self.at(temperature)[0], start=1):
            total += share
            if total >= top_p - 1e-9:
                return count
        return None if self.tail else len(self.logprobs)
