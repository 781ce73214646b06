"""Is it a picture, or only noise? Pure. What looks like blocks of noise may be stars or bricks: a person looks."""

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured, scale
from courses.grading.pixels import statistics
from courses.texts import both


class Params(OfPictures):
    review: bool = True
    """Ask a person where the picture only may be noise; otherwise it passes."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png))


def _judge(params: Params, part: Part, png: bytes) -> Finding:
    near, far = statistics.autocorrelation(png, 1), statistics.autocorrelation(png, 8)
    facts = {"lag_1": round(near, 3), "lag_8": round(far, 3), "edges": round(statistics.edges(png), 3)}
    shown = [scale(near, 0, 1, statistics.NOISE_NEXT, None)]
    if statistics.is_noise(png):
        text = both(
            "The picture is noise: neighbouring pixels have nothing to do with each other.",
            "L'image n'est que du bruit : les pixels voisins n'ont rien en commun.",
        )
        return measured(0.0, text, part, shown, **facts)
    if params.review and statistics.may_be_noise(png):
        text = both("This may be noise; a person looks at it.", "C'est peut-être du bruit ; une personne regardera.")
        return Finding(Status.NEEDS_REVIEW, 1.0, text, data={**facts, "where": part.where, "shown": shown})
    return measured(1.0, both("The picture is not noise.", "L'image n'est pas du bruit."), part, shown, **facts)


CRITERION = Criterion(label=both("Not noise", "Pas du bruit"), params=Params, assess=assess)
