"""Muon (Keller Jordan, 2024): steps along the nearest half-orthogonal matrix of the momentum.

PyTorch's own always multiplies in bfloat16, which a processor without such instructions does forty times more slowly
than in the matrices' own precision; and it multiplies one matrix at a time.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalize(matrices: Tensor, *, steps: int = 5) -> Tensor:
    """Newton–Schulz steps on (count, rows, columns): singular values between 0.7 and 1.2, the same vectors."""
    tall = matrices.shape[-2] > matrices.shape[-1]
    found = matrices.mT if tall else matrices
    found = found / (found.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    first, second, third = _COEFFICIENTS
    for _ in range(steps):
        square = found @ found.mT
        found = first * found + (second * square + third * square @ square) @ found
    return found.mT if tall else found


class Muon(torch.optim.Optimizer):
    """For matrices only; all of one shape are stepped together. The rate is scaled by the root of rows / columns."""

    def __init__(
        self, params: Iterable[Tensor], *, lr: float, momentum: float = 0.95, weight_decay: float = 0.01
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step with Nesterov momentum; matrices without a gradient are left alone."""
        for group in self.param_groups:
            alike: defaultdict[torch.Size, list[tuple[Tensor, Tensor]]] = defaultdict(list)
            for each in group["params"]:
                if each.grad is not None:
                    alike[each.shape].append((each, self._direction(each, each.grad, group["momentum"])))
            for pairs in alike.values():
                _move(pairs, group)

    def _direction(self, matrix: Tensor, gradient: Tensor, share: float) -> Tensor:
        momentum: Tensor = self.state[matrix].setdefault("momentum_buffer", torch.zeros_like(matrix))
        momentum.lerp_(gradient, 1 - share)
        return torch.lerp(gradient, momentum, share)


def _move(pairs: list[tuple[Tensor, Tensor]], group: dict[str, Any]) -> None:
    """Step matrices of one shape along their directions."""
    rows, columns = pairs[0][0].shape
    rate = group["lr"] * max(1.0, rows / columns) ** 0.5
    directions = orthogonalize(torch.stack([direction for _, direction in pairs]))
    for (matrix, _), direction in zip(pairs, directions, strict=True):
        matrix.mul_(1 - group["lr"] * group["weight_decay"]).add_(direction, alpha=-rate)
