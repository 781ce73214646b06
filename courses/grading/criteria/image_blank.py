"""Is there anything on the picture? Pure."""

from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured, scale
from courses.grading.pixels import statistics
from courses.texts import both


class Params(OfPictures):
    pass


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, _judge)


def _judge(part: Part, png: bytes) -> Finding:
    blank, deviation = statistics.is_blank(png), statistics.deviation(png)
    feedback = (
        both("The picture is blank: almost one colour everywhere.", "L'image est vide : presque une seule couleur.")
        if blank
        else both("There is something on the picture.", "Il y a quelque chose sur l'image.")
    )
    shown = [scale(deviation, 0, 100, statistics.BLANK_DEVIATION, None, 1)]
    return measured(float(not blank), feedback, part, shown, deviation=round(deviation, 2), blank=blank)


CRITERION = Criterion(label=both("Not blank", "Image non vide"), params=Params, assess=assess)
