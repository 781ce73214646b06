"""Is the picture sharp? By how little a further blur takes away. Pure. Noise counts as nothing sharp."""

from pydantic import Field

from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured, scale, within
from courses.grading.pixels import statistics
from courses.texts import both


class Params(OfPictures):
    most: float = Field(0.5, gt=0, le=1)
    """Blur that is allowed: 0.3 to 0.45 sharp photographs and drawings, 0.65 and more visibly blurred."""
    margin: float = Field(0.15, ge=0, le=1)
    """So far above `most` the score falls from 1 to 0 in a straight line."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png))


def _judge(params: Params, part: Part, png: bytes) -> Finding:
    blur = statistics.blur(png)
    shown = [scale(blur, 0, 1, None, params.most)]
    if statistics.is_noise(png):
        text = both("Noise is not sharpness.", "Le bruit n'est pas de la netteté.")
        return measured(0.0, text, part, shown, blur=round(blur, 4), noise=True)
    score = within(blur, None, params.most, params.margin)
    feedback = both(
        "Blur {blur:.2f} (0 sharp, 1 blurred); at most {most:.2f} allowed.",
        "Flou {blur:.2f} (0 net, 1 flou) ; {most:.2f} au plus.",
        blur=blur,
        most=params.most,
    )
    variance = round(statistics.laplacian_variance(png), 1)
    return measured(score, feedback, part, shown, blur=round(blur, 4), laplacian_variance=variance)


CRITERION = Criterion(label=both("Sharp", "Netteté"), params=Params, assess=assess)
