"""Can the picture be made again? It is, with the recorded parameters and seed, and compared. Pure.

Not by bytes: on a GPU the same seed gives the same picture, but not always the same last bits.
"""

from collections.abc import Sequence

from pydantic import Field, ValidationError

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import GONE, OfPictures, measured, png_of, scale
from courses.grading.pixels.hashing import distance, phash, text_of
from courses.texts import both
from workers.backends.requests import ImageRequest
from workers.scheduling.spec import JobSpec, Lane

FIELDS = ("prompt", "negative_prompt", "width", "height", "steps", "cfg_scale", "sampler", "scheduler", "seed")


class Params(OfPictures):
    of: str = Field("picture:first", pattern=r"^[a-z_]+:(first|last)$")
    """One picture of the work."""
    most: int = Field(6, ge=0, le=32)
    """Bits of the perceptual hash (of 64) that may differ."""


def jobs(params: Params, evidence: Evidence, key: str) -> Sequence[JobSpec]:
    request = _request(evidence.named(params.of))
    if request is None:
        return ()
    alias = str(evidence.named(params.of)[0].facts.get("alias", ""))
    return (JobSpec(key=key, alias=alias, request=request, lane=Lane.SUBMISSION),)


def _request(parts: Sequence[Part]) -> ImageRequest | None:
    if not parts or not parts[0].facts.get("alias"):
        return None
    try:
        return ImageRequest.model_validate({name: parts[0].facts[name] for name in FIELDS if name in parts[0].facts})
    except ValidationError:
        return None


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = evidence.named(params.of)
    made = (evidence.results.get(key) or {}).get("pictures") or []
    if not parts or not made:
        text = both(
            "The picture could not be made again: a person decides.",
            "L'image n'a pas pu être refaite : une personne décide.",
        )
        return Finding(Status.UNSCORED, None, text, data={"parts": len(parts)})
    digest = str(made[0].get("digest", ""))
    first = png_of(parts[0])
    second = png_of(Part("again", "", picture=lambda: evidence.picture(digest)))
    if first is None or second is None:
        return Finding(Status.ERROR, None, GONE)
    return _judged(params, parts[0], first, second, digest)


def _judged(params: Params, part: Part, first: bytes, second: bytes, digest: str) -> Finding:
    bits = distance(first, second)
    feedback = (
        both(
            "Made again with the same seed, it is the same picture.",
            "Refaite avec la même graine, c'est la même image.",
        )
        if bits <= params.most
        else both(
            "Made again with the recorded parameters, another picture came out ({bits} of 64 bits differ).",
            "Refaite avec les paramètres enregistrés, une autre image est apparue ({bits} bits sur 64 diffèrent).",
            bits=bits,
        )
    )
    shown = [
        scale(bits, 0, 64, None, params.most, 0),
        {"type": "pair", "digests": [str(part.facts.get("digest", "")), digest]},
        {"type": "hashes", "one": text_of(phash(first)), "other": text_of(phash(second)), "distance": bits},
    ]
    return measured(float(bits <= params.most), feedback, part, shown, distance=bits)


LABEL = both("Reproduced by its seed", "Reproduite par sa graine")
CRITERION = Criterion(label=LABEL, params=Params, assess=assess, jobs=jobs, live=False)
