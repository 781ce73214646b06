"""Which pictures a criterion looks at, and how what it saw is shown. Pure.

`Finding.data["shown"]` is a list of drawings for the page, each a dict with a `type`:

    scale       {value, low, high, digits, at, start, wide}   a measured value and the range that it may lie in
    palette     {swatches: [{colour, share, match}]}          colours, the most frequent first
    wanted      {colours: [{colour, share, least, met}]}      colours that were looked for
    boxes       {digest, boxes: [{x, y, width, height, label, colour, met}]}   places on a picture, in percent
    hashes      {one, other, distance}                        two perceptual hashes, 16 hexadecimal digits each
    pair        {digests: [one, other]}                       two pictures beside each other
    axis        {digest, axis}                                a picture and the line in which it is mirrored
    tiles       {digest}                                      a picture laid beside itself
    parameters  {rows: [{name, value, wanted, met}]}
    changes     {start, rows: [{digest, names, values, single}]}   what differs from the first picture
    grid        {seeds, rows: [{prompt, digests}]}            prompts × seeds
    atoms       {rows: [{title, said, met}]}                  questions and what a model answered
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field

from courses.grading.criterion import Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import NAME, OfParts, judge_parts
from courses.grading.pixels.decoding import Unreadable, natural
from courses.texts import Text, both

JudgePicture = Callable[[Part, bytes], Finding]

GONE = both(
    "The picture cannot be read from the store: a fault on our side. It does not count against you.",
    "L'image ne peut pas être lue : une panne de notre côté. Elle ne compte pas contre vous.",
)


class OfPictures(OfParts):
    of: str = Field("picture", pattern=NAME)
    """The pictures that are looked at; `:first` and `:last` choose one of several."""


def judge_pictures(params: OfParts, evidence: Evidence, judge: JudgePicture) -> Finding:
    """One finding over all named pictures. A picture that is gone is our fault, never a zero."""
    return judge_parts(params, evidence, lambda part: _judge(part, judge))


def _judge(part: Part, judge: JudgePicture) -> Finding:
    png = png_of(part)
    return Finding(Status.ERROR, None, GONE) if png is None else judge(part, png)


def png_of(part: Part) -> bytes | None:
    """The picture of a part; None where it has none that can be read."""
    if part.picture is None:
        return None
    try:
        png = part.picture()
        natural(png)
    except (KeyError, Unreadable):
        return None
    return png


def within(value: float, least: float | None, most: float | None, margin: float) -> float:
    """1 inside the range, falling to 0 in a straight line over `margin` outside it."""
    below = (least - value) if least is not None else 0.0
    above = (value - most) if most is not None else 0.0
    over = max(below, above)
    if over <= 0:
        return 1.0
    return max(0.0, 1.0 - over / margin) if margin > 0 else 0.0


def measured(score: float, feedback: Text, part: Part, shown: list[dict[str, Any]], **facts: Any) -> Finding:
    """A finding about one picture with what it shows."""
    status = Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL
    return Finding(status, score, feedback, data={**facts, "where": part.where, "shown": shown})


def scale(
    value: float, low: float, high: float, least: float | None, most: float | None, digits: int = 2
) -> dict[str, Any]:
    """`at`, `start` and `end` are places on the scale, 0..100."""
    start = _place(low if least is None else least, low, high)
    end = _place(high if most is None else most, low, high)
    return {
        "type": "scale", "value": round(value, 4), "low": low, "high": high, "digits": digits,
        "at": _place(value, low, high), "start": start, "wide": end - start,
    }  # fmt: skip


def _place(value: float, low: float, high: float) -> float:
    return round(100 * min(1.0, max(0.0, (value - low) / (high - low))), 2)


def range_text(least: float | None, most: float | None, digits: int = 2) -> Mapping[str, str]:
    """What is expected, in words."""
    low = f"{least:.{digits}f}" if least is not None else ""
    high = f"{most:.{digits}f}" if most is not None else ""
    if least is None:
        return both("at most {high}", "au plus {high}", high=high)
    if most is None:
        return both("at least {low}", "au moins {low}", low=low)
    return both("{low} to {high}", "de {low} à {high}", low=low, high=high)
