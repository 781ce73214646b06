"""Filters for the lab's templates: `{% load decoding_lab %}`."""

import json
from collections.abc import Mapping, Sequence
from math import exp, log
from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()

Row = Mapping[str, Any]  # a token, a candidate or a step, as results keep them
_MARKS = str.maketrans({" ": "␣", "\n": "⏎", "\t": "⇥", "\r": "␍", "\ufeff": "␀", "\u00a0": "⍽"})
SMALLEST = 0.0005


@register.filter
def visible(text: str) -> str:
    """A piece of text in which spaces and line ends can be seen."""
    marked = text.translate(_MARKS)
    return "".join(letter if letter.isprintable() or letter in "␣⏎⇥" else "·" for letter in marked) or "∅"


@register.filter
def pairs(hexadecimal: str) -> str:
    """Bytes for reading: c3 a9."""
    return " ".join(hexadecimal[place : place + 2] for place in range(0, len(hexadecimal), 2))


@register.filter
def chance(share: float | None) -> str:
    """A probability with one decimal: 12.3 %; what is smaller than the last digit is said so."""
    if share is None:
        return ""
    if 0 < share < SMALLEST:
        return f"< {number_format(0.1, 1)}\u202f%"
    return f"{number_format(share * 100, 1)}\u202f%"


@register.filter
def likelihood(logprob: float | None) -> str:
    """A log-probability as a chance."""
    return "" if logprob is None else chance(exp(logprob))


@register.filter
def decimals(value: float | None) -> str:
    return "" if value is None else number_format(value, 2)


@register.filter
def count_bytes(tokens: Sequence[Row]) -> int:
    return sum(len(token["hex"]) for token in tokens) // 2


@register.filter
def outline(step: Row) -> str:
    """What the page's script needs to draw the free distribution again."""
    return json.dumps({"best": [each["logprob"] for each in step["candidates"]], "tail": step["tail"]})


@register.filter
def outline_allowed(step: Row) -> str:
    """The same for the tokens that the schema allows; those that are not told make one bin."""
    best = [each["logprob"] for each in step["permitted"]]
    rest = (step["allowed"] or 0) - len(best)
    left = (step["allowed_share"] or 0.0) - sum(exp(one) for one in best)
    tail = [[log(left / rest), rest]] if rest > 0 and left > 0 else []
    return json.dumps({"best": best, "tail": tail})


@register.filter
def so_far(result: Row) -> list[Row]:
    """The chosen tokens of the answer."""
    return [*result["after"], *result["traces"][0]["tokens"]]


@register.filter
def next_step(result: Row) -> Row | None:
    """The distribution from which a token can be chosen by hand."""
    steps = result["traces"][0]["steps"]
    return steps[-1] if steps and not steps[-1]["chosen"] else None


@register.filter
def ended(result: Row) -> bool:
    return bool(result["traces"][0]["finish"] == "end")


@register.simple_tag(takes_context=True)
def can_go_on(context: template.Context, turn: Any) -> bool:
    """Can something follow this step: it has a result, its attempt is open, and the page is where one works?"""
    attempt = context["attempt"]
    return bool(attempt.state == "open" and turn.answered and not context.get("locked"))


@register.filter
def attribute(model: Any, name: str) -> Any:
    """A field of a model by its name."""
    return getattr(model, name, None)


@register.filter(name="json")
def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
