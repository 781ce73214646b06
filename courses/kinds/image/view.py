"""What the pages of an image exercise are given beside the specification. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.kinds.image.schema import ImageSpec


@dataclass(frozen=True, slots=True)
class ImageView:
    chosen: tuple[str, ...]  # "<run id>:<place>", in the order of the answer
    several: bool  # does the task ask for more than one picture?
    least: int
    most: int
    numbers: Mapping[str, Any]  # name → Range, for the fields with numbers


def view(spec: ImageSpec, answer: Mapping[str, Any], seed: str) -> ImageView:
    given = answer.get("chosen")
    chosen = tuple(each for each in given if isinstance(each, str)) if isinstance(given, list) else ()
    least, most = spec.handed_in
    return ImageView(chosen, most > 1, least, most, {"steps": spec.steps, "cfg_scale": spec.cfg_scale})
