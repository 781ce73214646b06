"""Is one half the mirror image of the other? Pure."""

from typing import Literal

from pydantic import Field

from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured, scale, within
from courses.grading.pixels.structure import symmetry
from courses.texts import both


class Params(OfPictures):
    axis: Literal["vertical", "horizontal"] = "vertical"
    """`vertical`: left and right; `horizontal`: top and bottom."""
    least: float = Field(0.75, gt=0, le=1)
    """Structural similarity (SSIM) of the picture with its mirror image: 0.15 to 0.4 for most photographs."""
    margin: float = Field(0.25, ge=0, le=1)
    """So far below `least` the score falls from 1 to 0 in a straight line."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png))


def _judge(params: Params, part: Part, png: bytes) -> Finding:
    value = symmetry(png, params.axis)
    feedback = both(
        "Similarity with its mirror image: {value:.2f}; at least {least:.2f} expected.",
        "Ressemblance avec son image miroir : {value:.2f} ; au moins {least:.2f} attendu.",
        value=value,
        least=params.least,
    )
    shown = [
        scale(value, 0, 1, params.least, None),
        {"type": "axis", "digest": part.facts.get("digest", ""), "axis": params.axis},
    ]
    score = within(value, params.least, None, params.margin)
    return measured(score, feedback, part, shown, similarity=round(value, 4))


CRITERION = Criterion(label=both("Symmetry", "Symétrie"), params=Params, assess=assess)
