"""Scores by a click: the steps of a criterion, and numbers as people write them."""

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def steps_of(current: float | None) -> list[float]:
    """What may be clicked: the usual steps and the score as it is."""
    return sorted({*STEPS, *([current] if current is not None else [])})


def number(given: str, most: float) -> float:
    """0..most. Raises ValueError for anything else."""
    value = float(given.strip().replace(",", "."))
    if not 0.0 <= value <= most:
        raise ValueError(given)
    return value
