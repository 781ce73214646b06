"""Do the pictures make a whole grid: every prompt with every seed, and all else equal? Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import NOTHING, OfParts
from courses.grading.pictures import measured
from courses.texts import both

EQUAL = ("negative_prompt", "sampler", "scheduler", "steps", "cfg_scale", "size")


class Params(OfParts):
    of: str = "picture"
    """The pictures that make the grid."""
    prompts: int = Field(2, ge=1, le=6)
    """Different prompts."""
    seeds: int = Field(2, ge=1, le=6)
    """Different seeds."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = evidence.named(params.of)
    if not parts:
        return Finding(Status.UNSCORED, None, NOTHING, data={"of": params.of, "parts": 0})
    settings = Counter(_settings(part) for part in parts).most_common(1)[0][0]
    alike = [part for part in parts if _settings(part) == settings]
    prompts = _common(alike, "prompt", params.prompts)
    seeds = _common(alike, "seed", params.seeds)
    cells = {(part.facts.get("prompt"), part.facts.get("seed")): part for part in alike}
    found = [cells.get((prompt, seed)) for prompt in prompts for seed in seeds]
    filled, whole = sum(part is not None for part in found), params.prompts * params.seeds
    feedback = both(
        "{filled} of {whole} places of the grid ({prompts} prompts × {seeds} seeds) are filled; "
        "pictures with other parameters: {others}.",
        "{filled} cases de la grille sur {whole} ({prompts} prompts × {seeds} graines) sont remplies ; "
        "images avec d'autres paramètres : {others}.",
        filled=filled,
        whole=whole,
        prompts=params.prompts,
        seeds=params.seeds,
        others=len(parts) - len(alike),
    )
    rows = [
        {"prompt": str(prompt)[:120], "digests": [_digest(cells.get((prompt, seed))) for seed in seeds]}
        for prompt in prompts
    ]
    shown = [{"type": "grid", "seeds": [str(seed) for seed in seeds], "rows": rows}]
    return measured(filled / whole, feedback, parts[0], shown, filled=filled)


def _settings(part: Part) -> tuple[str, ...]:
    return tuple(f"{value:g}" if isinstance(value := part.facts.get(name), float) else str(value) for name in EQUAL)


def _common(parts: Sequence[Part], name: str, count: int) -> list[Any]:
    """The values that most pictures have, the first seen first among equals."""
    return [value for value, _times in Counter(part.facts.get(name) for part in parts).most_common(count)]


def _digest(part: Part | None) -> str:
    return str(part.facts.get("digest", "")) if part else ""


LABEL = both("Grid of prompts and seeds", "Grille de prompts et de graines")
CRITERION = Criterion(label=LABEL, params=Params, assess=assess)
