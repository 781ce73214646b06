"""What a plot shows: a table first, which a script may draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["bars", "across", "stacked", "lines"]  # across: bars that lie, for long names
Shown = Literal["number", "percent", "seconds", "short"]  # how the table writes the values


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Sequence[float | None]  # one per label; None: nothing was measured
    shown: Shown = "short"
    drawn: bool = True  # False: only in the table, where it would be too small beside the others


@dataclass(frozen=True, slots=True)
class Cell:
    value: float | None
    shown: Shown


@dataclass(frozen=True, slots=True)
class PlotData:
    """Raises ValueError when a series has not one value per label."""

    axis: str  # what the labels are: the head of the first column
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""  # of the values, beside their axis

    def __post_init__(self) -> None:
        if any(len(each.values) != len(self.labels) for each in self.series):
            raise ValueError("Every series has one value per label.")

    @property
    def rows(self) -> list[tuple[str, list[Cell]]]:
        return [
            (label, [Cell(each.values[place], each.shown) for each in self.series])
            for place, label in enumerate(self.labels)
        ]
