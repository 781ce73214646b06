"""Are the wanted shapes there: how many, where, of which colour? Found by segmentation. Pure.

For simple shapes on a plain background. A photograph has no shapes of this kind; nothing is counted there.
"""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured
from courses.grading.pixels import colour
from courses.grading.pixels.shapes import Shape, shapes
from courses.texts import Text, both

Form = Literal["circle", "square", "triangle"]
Place = Literal[
    "left", "right", "top", "bottom", "centre", "top-left", "top-right", "bottom-left", "bottom-right"
]  # fmt: skip
FORMS_FR: dict[Form, str] = {"circle": "cercle", "square": "carré", "triangle": "triangle"}
PLACES_FR: dict[Place, str] = {
    "left": "à gauche", "right": "à droite", "top": "en haut", "bottom": "en bas", "centre": "au centre",
    "top-left": "en haut à gauche", "top-right": "en haut à droite", "bottom-left": "en bas à gauche",
    "bottom-right": "en bas à droite",
}  # fmt: skip
SIDE = 0.45  # a shape lies on the left when its centre lies left of this share of the width
MIDDLE = (0.3, 0.7)


class Thing(BaseModel):
    """What is looked for; what is left out does not matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(1, ge=0, le=20)
    form: Form | None = None
    colour: str | None = None  # a name or #rrggbb
    tolerance: float = Field(25.0, gt=0, le=60)  # CIEDE2000
    place: Place | None = None
    least_area: float = Field(0.0, ge=0, le=1)  # share of the picture
    most_area: float = Field(1.0, ge=0, le=1)

    @field_validator("colour")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None:
            colour.hexadecimal(name)
        return name


class Params(OfPictures):
    things: list[Thing] = Field([], max_length=8)
    """`{count, form, colour, tolerance, place, least_area, most_area}`; forms: circle, square, triangle; places: left,
    right, top, bottom, centre, top-left, …"""
    total: int | None = Field(None, ge=0, le=50)
    """So many shapes in all."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.things and self.total is None:
            raise ValueError("`things`, `total` or both are needed")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png))


def _judge(params: Params, part: Part, png: bytes) -> Finding:
    found = shapes(png)
    matches = [[shape for shape in found if _is(thing, shape)] for thing in params.things]
    wanted = [(thing.count, len(shown)) for thing, shown in zip(params.things, matches, strict=True)]
    if params.total is not None:
        wanted.append((params.total, len(found)))
    score = sum(_closeness(expected, got) for expected, got in wanted) / len(wanted)
    lines = [_line(thing, len(shown)) for thing, shown in zip(params.things, matches, strict=True)]
    if params.total is not None:
        lines.append(
            both("in all: {got} of {total}", "en tout : {got} sur {total}", got=len(found), total=params.total)
        )
    feedback = {language: "; ".join(line[language] for line in lines) + "." for language in ("en", "fr")}
    wanted_shapes = {id(shape) for shown in matches for shape in shown}
    boxes = [_box(shape, met=id(shape) in wanted_shapes) for shape in found[:20]]
    shown = [{"type": "boxes", "digest": str(part.facts.get("digest", "")), "boxes": boxes}]
    return measured(score, feedback, part, shown, shapes=len(found))


def _closeness(expected: int, got: int) -> float:
    return max(0.0, 1.0 - abs(expected - got) / max(expected, 1))


def _is(thing: Thing, shape: Shape) -> bool:
    if thing.form is not None and shape.form != thing.form:
        return False
    if thing.place is not None and not _lies(thing.place, shape):
        return False
    if not thing.least_area <= shape.area <= thing.most_area:
        return False
    if thing.colour is None:
        return True
    return float(colour.delta_e(colour.lab_of(thing.colour), colour.lab_of(shape.colour))) <= thing.tolerance


def _lies(place: Place, shape: Shape) -> bool:
    if place == "centre":
        return MIDDLE[0] <= shape.x <= MIDDLE[1] and MIDDLE[0] <= shape.y <= MIDDLE[1]
    words = place.split("-")
    on_side = {
        "left": shape.x < SIDE, "right": shape.x > 1 - SIDE, "top": shape.y < SIDE, "bottom": shape.y > 1 - SIDE,
    }  # fmt: skip
    return all(on_side[word] for word in words)


def _line(thing: Thing, got: int) -> Text:
    en = [thing.colour, thing.form or "shape", thing.place]
    colour_fr = colour.in_french(thing.colour) if thing.colour else None
    fr = [FORMS_FR[thing.form] if thing.form else "forme", colour_fr, PLACES_FR[thing.place] if thing.place else None]
    return {
        "en": f"{' '.join(filter(None, en))}: {got} of {thing.count}",
        "fr": f"{' '.join(filter(None, fr))} : {got} sur {thing.count}",
    }


def _box(shape: Shape, *, met: bool) -> dict[str, Any]:
    return {
        "x": round(100 * shape.left, 2), "y": round(100 * shape.top, 2),
        "width": round(100 * (shape.right - shape.left), 2), "height": round(100 * (shape.bottom - shape.top), 2),
        "label": shape.form, "colour": shape.colour, "met": met,
    }  # fmt: skip


CRITERION = Criterion(label=both("Composition", "Composition"), params=Params, assess=assess)
