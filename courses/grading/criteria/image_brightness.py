"""How light the picture is as a whole. Pure."""

from courses.grading.bands import Band, Measure, judge_band
from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence
from courses.grading.pixels.statistics import brightness
from courses.texts import both

MEASURE = Measure(both("Brightness", "Luminosité"), brightness, 0, 1)


class Params(Band):
    """`least` and `most` are mean luma: 0 black, 1 white."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_band(params, evidence, MEASURE)


CRITERION = Criterion(label=both("Brightness", "Luminosité"), params=Params, assess=assess)
