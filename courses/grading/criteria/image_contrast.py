"""How far light and dark are apart. Pure."""

from courses.grading.bands import Band, Measure, judge_band
from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence
from courses.grading.pixels.statistics import deviation
from courses.texts import both

MEASURE = Measure(both("Contrast", "Contraste"), deviation, 0, 100, 1)


class Params(Band):
    """`least` and `most` are standard deviations of luma: 13 a pale picture, 30 to 75 photographs, 127 the most."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_band(params, evidence, MEASURE)


CRITERION = Criterion(label=both("Contrast", "Contraste"), params=Params, assess=assess)
