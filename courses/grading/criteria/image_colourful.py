"""How colourful the picture is. Pure."""

from courses.grading.bands import Band, Measure, judge_band
from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence
from courses.grading.pixels.statistics import colourfulness
from courses.texts import both

MEASURE = Measure(both("Colourfulness", "Richesse en couleurs"), colourfulness, 0, 150, 1)


class Params(Band):
    """`least` and `most` after Hasler and Süsstrunk: 0 grey, 33 moderately, 59 quite, 82 highly colourful."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_band(params, evidence, MEASURE)


CRITERION = Criterion(label=both("Colourful", "Couleurs"), params=Params, assess=assess)
