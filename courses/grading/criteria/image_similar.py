"""Does the picture resemble a reference? By perceptual hash, by structure, or by where its colours lie. Pure."""

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from PIL import Image
from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import NAME, NOTHING
from courses.grading.pictures import GONE, OfPictures, judge_pictures, measured, png_of, scale
from courses.grading.pixels import colour, hashing
from courses.grading.pixels.decoding import natural
from courses.grading.pixels.structure import similarity
from courses.texts import Text, both

By = Literal["hash", "structure", "layout"]
BY: dict[By, Text] = {
    "hash": both("Bits of the hash that differ (of 64)", "Bits de l'empreinte qui diffèrent (sur 64)"),
    "structure": both("Structural similarity", "Similarité structurelle"),
    "layout": both("Distance of colours, place by place", "Distance des couleurs, zone par zone"),
}
DEFAULTS: dict[By, tuple[float, float, float]] = {  # full marks at, none at, end of the scale
    "hash": (6, 24, 64), "structure": (0.8, 0.3, 1), "layout": (8, 30, 60),
}  # fmt: skip


class Params(OfPictures):
    to: str = Field("target", pattern=NAME)
    """The reference: another part of the work; of several the one that is most alike counts."""
    by: By = "hash"
    """`hash`: the same picture, perhaps scaled or recoloured; `structure`: edges at the same places (SSIM);
    `layout`: like colours at like places, whatever the details."""
    full: float | None = Field(None, allow_inf_nan=False)
    """Full marks from here: 6 bits, a similarity of 0.8, a colour distance of 8, unless given."""
    none: float | None = Field(None, allow_inf_nan=False)
    """No marks from here: 24 bits, 0.3, 30, unless given."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if _ends(self)[0] == _ends(self)[1]:
            raise ValueError("`full` and `none` must differ")
        return self


def _ends(params: Params) -> tuple[float, float]:
    full, none, _end = DEFAULTS[params.by]
    return (full if params.full is None else params.full, none if params.none is None else params.none)


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    references = evidence.named(params.to)
    if not references:
        return Finding(Status.UNSCORED, None, NOTHING, data={"of": params.to, "parts": 0})
    stored = [png for png in map(png_of, references) if png is not None]
    if len(stored) < len(references):
        return Finding(Status.ERROR, None, GONE)
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png, stored))


def _judge(params: Params, part: Part, png: bytes, references: list[bytes]) -> Finding:
    full, none = _ends(params)
    values = [_value(params.by, png, other) for other in references]
    best = (min if full < none else max)(range(len(values)), key=values.__getitem__)
    value = values[best]
    score = min(1.0, max(0.0, (value - none) / (full - none)))
    digits = 0 if params.by == "hash" else 2
    said = f"{value:.{digits}f}"
    feedback = {
        "en": f"{BY[params.by]['en']}: {said}; full marks at {full:g}, none at {none:g}.",
        "fr": f"{BY[params.by]['fr']} : {said} ; tous les points à {full:g}, aucun à {none:g}.",
    }
    return measured(score, feedback, part, _shown(params, png, references[best], value), value=round(value, 4))


def _shown(params: Params, png: bytes, reference: bytes, value: float) -> list[dict[str, Any]]:
    full, none = _ends(params)
    least, most = (full, None) if full > none else (None, full)
    shown = [scale(value, 0, DEFAULTS[params.by][2], least, most, 0 if params.by == "hash" else 2)]
    if params.by == "hash":
        one, other = hashing.text_of(hashing.phash(png)), hashing.text_of(hashing.phash(reference))
        shown.append({"type": "hashes", "one": one, "other": other, "distance": int(value)})
    return shown


def _value(by: By, one: bytes, other: bytes) -> float:
    measures: dict[By, Callable[[bytes, bytes], float]] = {
        "hash": hashing.distance,
        "structure": similarity,
        "layout": _layout,
    }
    return measures[by](one, other)


def _layout(one: bytes, other: bytes) -> float:
    """Mean CIEDE2000 of 8 × 8 places."""
    cells = [
        colour.to_lab(np.asarray(natural(png).resize((8, 8), Image.Resampling.BOX), dtype=np.float64))
        for png in (one, other)
    ]
    return float(colour.delta_e(cells[0], cells[1]).mean())


CRITERION = Criterion(label=both("Similar to a reference", "Ressemble à une référence"), params=Params, assess=assess)
