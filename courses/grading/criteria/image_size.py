"""Width, height and proportions, as the stored picture has them. Pure."""

from typing import Self

from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured
from courses.grading.pixels.decoding import natural
from courses.texts import both

RATIO = r"^[1-9]\d{0,2}:[1-9]\d{0,2}$"


class Params(OfPictures):
    width: int | None = Field(None, ge=1, le=8192)
    """Exactly so many pixels."""
    height: int | None = Field(None, ge=1, le=8192)
    least: int | None = Field(None, ge=1, le=8192)
    """Pixels of the shorter side."""
    aspect: str | None = Field(None, pattern=RATIO)
    """Proportions, width to height, such as 16:9."""
    tolerance: float = Field(0.02, ge=0, le=0.5)
    """By this share the proportions may differ."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not any((self.width, self.height, self.least, self.aspect)):
            raise ValueError("`width`, `height`, `least` or `aspect` is needed")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png))


def _judge(params: Params, part: Part, png: bytes) -> Finding:
    width, height = natural(png).size
    right = [
        params.width in (None, width),
        params.height in (None, height),
        params.least is None or min(width, height) >= params.least,
        params.aspect is None or _fits(params.aspect, width / height, params.tolerance),
    ]
    wanted = [
        f"{params.width or '…'}×{params.height or '…'}" if params.width or params.height else "",
        f"≥ {params.least}" if params.least else "",
        params.aspect or "",
    ]
    facts = {"width": width, "height": height, "wanted": ", ".join(filter(None, wanted))}
    feedback = both(
        "{width}×{height} pixels; expected: {wanted}.", "{width}×{height} pixels ; attendu : {wanted}.", **facts
    )
    return measured(float(all(right)), feedback, part, [], **facts)


def _fits(aspect: str, ratio: float, tolerance: float) -> bool:
    wide, _colon, high = aspect.partition(":")
    return abs(ratio * int(high) / int(wide) - 1) <= tolerance


CRITERION = Criterion(label=both("Size and proportions", "Taille et proportions"), params=Params, assess=assess)
