"""Criteria that measure one number of a picture and want it in a range. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from courses.grading.criterion import Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured, range_text, scale, within
from courses.texts import Text


class Band(OfPictures):
    least: float | None = Field(None, allow_inf_nan=False)
    most: float | None = Field(None, allow_inf_nan=False)
    margin: float = Field(0.0, ge=0, allow_inf_nan=False)
    """So far outside the bounds the score falls from 1 to 0 in a straight line."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.least is None and self.most is None:
            raise ValueError("`least`, `most` or both are needed")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("`least` is above `most`")
        return self


@dataclass(frozen=True, slots=True)
class Measure:
    name: Text  # of what is measured, to begin a sentence with
    value: Callable[[bytes], float]
    low: float  # ends of the scale on the page
    high: float
    digits: int = 2


def judge_band(params: Band, evidence: Evidence, measure: Measure) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png, measure))


def _judge(params: Band, part: Part, png: bytes, measure: Measure) -> Finding:
    value = measure.value(png)
    score = within(value, params.least, params.most, params.margin)
    wanted, digits = range_text(params.least, params.most, measure.digits), measure.digits
    feedback = {
        "en": f"{measure.name['en']}: {value:.{digits}f}; expected: {wanted['en']}.",
        "fr": f"{measure.name['fr']} : {value:.{digits}f} ; attendu : {wanted['fr']}.",
    }
    shown = [scale(value, measure.low, measure.high, params.least, params.most, digits)]
    return measured(score, feedback, part, shown, value=round(value, 4))
