"""Check and normalise embeddings. Pure."""

from collections.abc import Sequence

import numpy as np

from workers.backends.errors import ServerFault


def unit_vectors(rows: Sequence[Sequence[float]], *, count: int) -> list[list[float]]:
    """The rows (count, dimensions) scaled to length 1; a row of zeros stays. Raises ServerFault on anything else."""
    try:
        matrix = np.asarray(rows, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise ServerFault("the embeddings have different lengths") from error
    if matrix.ndim != 2 or matrix.shape[0] != count or matrix.shape[1] == 0:
        raise ServerFault(f"{count} embeddings were expected, their shape is {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise ServerFault("the embeddings hold numbers that are not finite")
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: list[list[float]] = (matrix / np.where(lengths == 0, 1, lengths)).tolist()
    return scaled
