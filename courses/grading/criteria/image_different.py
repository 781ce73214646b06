"""Are pictures really different ones? By perceptual hash; a mirror image is not different. Pure."""

from pydantic import Field

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence
from courses.grading.parts import NAME, NOTHING
from courses.grading.pictures import GONE, OfPictures, measured, png_of, scale
from courses.grading.pixels.hashing import phash, text_of
from courses.texts import both


class Params(OfPictures):
    origin: str = Field("picture", pattern=NAME)
    """From which part they must differ; the same part as `of`: from one another."""
    least: int = Field(16, ge=1, le=40)
    """Bits of the hash (of 64) that must differ: up to 6 the same picture, around 32 for unrelated ones."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts, others = evidence.named(params.of), evidence.named(params.origin)
    pairs = [(one, other) for one in parts for other in others if one is not other]
    if params.of == params.origin:
        pairs = [(one, other) for place, one in enumerate(parts) for other in others[place + 1 :]]
    if not pairs:
        return Finding(Status.UNSCORED, None, NOTHING, data={"of": params.of, "parts": 0})
    found = []
    for one, other in pairs:
        first, second = png_of(one), png_of(other)
        if first is None or second is None:
            return Finding(Status.ERROR, None, GONE)
        mirrored = int((phash(first, mirrored=True) != phash(second)).sum())
        found.append((min(int((phash(first) != phash(second)).sum()), mirrored), one, first, second))
    distance, part, first, second = min(found, key=lambda each: each[0])
    score = min(1.0, distance / params.least)
    feedback = both(
        "The two most alike pictures differ in {distance} of 64 bits; at least {least} expected.",
        "Les deux images les plus proches diffèrent de {distance} bits sur 64 ; au moins {least} attendus.",
        distance=distance,
        least=params.least,
    )
    shown = [
        scale(distance, 0, 64, params.least, None, 0),
        {"type": "hashes", "one": text_of(phash(first)), "other": text_of(phash(second)), "distance": distance},
    ]
    return measured(score, feedback, part, shown, distance=distance, pairs=len(pairs))


CRITERION = Criterion(label=both("Different pictures", "Images différentes"), params=Params, assess=assess)
