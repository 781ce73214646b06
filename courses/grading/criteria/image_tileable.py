"""Can the picture be laid beside itself without a seam? Pure."""

from typing import Literal

from pydantic import Field

from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured, scale, within
from courses.grading.pixels import statistics
from courses.grading.pixels.structure import seam
from courses.texts import both

AXES = {"both": ("x", "y"), "x": ("x",), "y": ("y",)}


class Params(OfPictures):
    axis: Literal["both", "x", "y"] = "both"
    """`x`: left and right edge; `y`: top and bottom edge."""
    least: float = Field(0.8, gt=0, le=1)
    """1: the step over the seam is no larger than the steps beside it."""
    margin: float = Field(0.4, ge=0, le=1)
    """So far below `least` the score falls from 1 to 0 in a straight line."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png))


def _judge(params: Params, part: Part, png: bytes) -> Finding:
    if statistics.is_blank(png):
        text = both("A blank picture is no pattern.", "Une image vide n'est pas un motif.")
        return measured(0.0, text, part, [], blank=True)
    value = min(seam(png, axis) for axis in AXES[params.axis])
    feedback = both(
        "Seam {value:.2f} (1: none is seen); at least {least:.2f} expected.",
        "Raccord {value:.2f} (1 : invisible) ; au moins {least:.2f} attendu.",
        value=value,
        least=params.least,
    )
    shown = [
        scale(value, 0, 1, params.least, None),
        {"type": "tiles", "digest": part.facts.get("digest", "")},
    ]
    return measured(within(value, params.least, None, params.margin), feedback, part, shown, seam=round(value, 4))


CRITERION = Criterion(label=both("Tileable", "Raccordable"), params=Params, assess=assess)
