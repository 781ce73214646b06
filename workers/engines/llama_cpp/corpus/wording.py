"""Sentences with choices: ``[Hello|Hi] {name}`` is a template with two wordings and one slot."""

import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from workers.engines.llama_cpp.corpus.split import Draw, Pool, Split, split_of

_MARK = re.compile(r"[\[\]|]")
_SLOT = re.compile(r"\{(\w+)\}")

Choice = tuple["str | Choices", ...]
Choices = tuple[Choice, ...]
Templates = Pool[str]


def templates(text: str) -> Templates:
    """One template a line; empty lines are left out, and a written ``\\n`` is a line end inside a template."""
    return Pool([line.strip().replace("\\n", "\n") for line in text.strip().splitlines() if line.strip()])


@cache
def parse_template(template: str) -> Choice:
    """The nested choices of a template. Raises ValueError when its brackets do not match."""
    parsed, end = _parse_choices(template, 0)
    if end != len(template) or len(parsed) != 1 or template.count("[") != template.count("]"):
        raise ValueError(f"unmatched bracket in {template!r}")
    return parsed[0]


def _parse_choices(template: str, start: int) -> tuple[Choices, int]:
    choices: list[Choice] = []
    parts: list[str | Choices] = []
    while (mark := _MARK.search(template, start)) is not None:
        if mark.start() > start:
            parts.append(template[start : mark.start()])
        start = mark.end()
        if mark.group() == "[":
            inner, start = _parse_choices(template, start)
            parts.append(inner)
        elif mark.group() == "|":
            choices.append(tuple(parts))
            parts = []
        else:
            return (*choices, tuple(parts)), start
    return (*choices, (*parts, template[start:])), len(template)


def _word(choice: Choice, rng: random.Random) -> str:
    return "".join(part if isinstance(part, str) else _word(rng.choice(part), rng) for part in choice)


def expand(template: str, rng: random.Random, slots: Mapping[str, Any] | None = None) -> str:
    """One wording of a template with its slots filled; without ``slots`` they stay in braces."""
    text = _word(parse_template(template), rng)
    if slots is None:
        return text
    return _SLOT.sub(lambda match: str(slots[match.group(1)]), text)


def wordings(pool: Templates, *splits: Split) -> list[str]:
    """Every wording that belongs to one of these splits, its slots in braces."""
    return [
        each for template in pool.items if split_of(template) in splits for each in _words(parse_template(template))
    ]


def _words(choice: Choice) -> list[str]:
    found = [""]
    for part in choice:
        parts = [part] if isinstance(part, str) else [each for inner in part for each in _words(inner)]
        found = [start + each for start in found for each in parts]
    return found


def phrase(draw: Draw, pool: Templates, **slots: Any) -> str:
    """A wording of a template of this split."""
    return expand(draw.pick(pool), draw.rng, slots)


def roughen(draw: Draw, text: str) -> str:
    """Write as people do now and then: no capital at the start, no mark at the end."""
    if draw.chance(0.12):
        text = text[:1].lower() + text[1:]
    if draw.chance(0.12) and text[-1:] in "?.!":
        text = text[:-1].rstrip()
    return text
