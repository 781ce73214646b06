"""Are the wanted colours there, and is there enough of them? In CIE Lab, by CIEDE2000. Pure."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from courses.grading.criterion import Criterion, Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.pictures import OfPictures, judge_pictures, measured
from courses.grading.pixels import colour
from courses.texts import Text, both

Region = Literal["whole", "top", "bottom", "left", "right", "centre"]
BOXES: dict[Region, colour.Box] = {
    "whole": colour.WHOLE, "top": (0, 0, 1, 0.5), "bottom": (0, 0.5, 1, 1), "left": (0, 0, 0.5, 1),
    "right": (0.5, 0, 1, 1), "centre": (0.25, 0.25, 0.75, 0.75),
}  # fmt: skip
REGIONS_FR: dict[Region, str] = {
    "whole": "", "top": " (en haut)", "bottom": " (en bas)", "left": " (à gauche)", "right": " (à droite)",
    "centre": " (au centre)",
}  # fmt: skip


class Wanted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: str  # a name or #rrggbb
    least: float = Field(0.1, ge=0, le=1)  # share of the region
    most: float = Field(1.0, ge=0, le=1)
    region: Region = "whole"
    tolerance: float = Field(20.0, gt=0, le=60)  # CIEDE2000

    @field_validator("colour")
    @classmethod
    def _known(cls, name: str) -> str:
        colour.hexadecimal(name)
        return name

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least > self.most:
            raise ValueError("`least` is above `most`")
        return self


class Params(OfPictures):
    colours: list[Wanted] = Field(min_length=1, max_length=8)
    """`{colour, least, most, region, tolerance}`: a name or #rrggbb, the share of the region that it must have, the
    region (whole, top, bottom, left, right, centre), and how far it may differ (CIEDE2000, 20)."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_pictures(params, evidence, lambda part, png: _judge(params, part, png))


def _judge(params: Params, part: Part, png: bytes) -> Finding:
    shares = [colour.share_near(png, each.colour, each.tolerance, BOXES[each.region]) for each in params.colours]
    found = list(zip(params.colours, shares, strict=True))
    scores = [_score(each, share) for each, share in found]
    lines = [_line(each, share) for each, share in found]
    text = {language: " ".join(line[language] for line in lines) for language in ("en", "fr")}
    shown = [
        {"type": "palette", "swatches": _swatches(params, png)},
        {"type": "wanted", "colours": [_row(each, share) for each, share in found]},
    ]
    return measured(sum(scores) / len(scores), text, part, shown, shares=[round(share, 4) for share in shares])


def _line(wanted: Wanted, share: float) -> Text:
    least, most = round(wanted.least * 100), round(wanted.most * 100)
    bound = f"≥ {least} %" if wanted.most == 1 else f"{least}–{most} %"
    region = "" if wanted.region == "whole" else f" ({wanted.region})"
    name = colour.in_french(wanted.colour).capitalize() + REGIONS_FR[wanted.region]
    return {
        "en": f"{wanted.colour.capitalize()}{region}: {round(share * 100)} % ({bound}).",
        "fr": f"{name} : {round(share * 100)} % ({bound}).",
    }


def _row(wanted: Wanted, share: float) -> dict[str, object]:
    return {
        "colour": colour.hexadecimal(wanted.colour),
        "share": round(share, 3),
        "least": wanted.least,
        "met": _score(wanted, share) >= 1,
    }


def _score(wanted: Wanted, share: float) -> float:
    if share > wanted.most:
        return 0.0
    return 1.0 if share >= wanted.least else share / wanted.least


def _swatches(params: Params, png: bytes) -> list[dict[str, object]]:
    return [
        {"colour": swatch.colour, "share": round(swatch.share, 3), "match": _match(params, swatch.colour)}
        for swatch in colour.palette(png)
    ]


def _match(params: Params, found: str) -> bool:
    return any(
        float(colour.delta_e(colour.lab_of(each.colour), colour.lab_of(found))) <= each.tolerance
        for each in params.colours
    )


CRITERION = Criterion(label=both("Dominant colours", "Couleurs dominantes"), params=Params, assess=assess)
