"""How sure a share of so many tries is. Pure."""

import math

Z = 1.959964  # of a 95 % interval


def wilson(passed: float, of: int) -> tuple[float, float]:
    """The Wilson score interval (Wilson 1927), 95 %. `passed` may be a sum of shares."""
    if of <= 0:
        return 0.0, 1.0
    share = min(1.0, max(0.0, passed / of))
    spread = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    centre, scale = share + Z * Z / (2 * of), 1 + Z * Z / of
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
