"""Were pictures made by changing one parameter at a time? Pure.

One of the pictures is the start; each other one should differ from it in exactly one parameter. The picture that
explains most of the others is taken for the start.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts
from courses.grading.pictures import measured
from courses.texts import Text, both

Factor = Literal["prompt", "negative_prompt", "sampler", "scheduler", "steps", "cfg_scale", "size", "seed"]
NAMES: dict[Factor, Text] = {
    "prompt": both("prompt", "prompt"), "negative_prompt": both("negative prompt", "prompt négatif"),
    "sampler": both("sampler", "échantillonneur"), "scheduler": both("noise schedule", "planificateur"),
    "steps": both("steps", "étapes"), "cfg_scale": both("guidance (CFG)", "guidage (CFG)"),
    "size": both("size", "taille"), "seed": both("seed", "graine"),
}  # fmt: skip
FEW = both("At least two pictures are needed to compare.", "Il faut au moins deux images pour comparer.")


class Params(OfParts):
    of: str = "picture"
    """The pictures that are compared."""
    factors: list[Factor] = Field([], max_length=8)
    """What must be varied; empty: any one parameter at a time."""
    least: int = Field(1, ge=1, le=11)
    """So many pictures must vary each of the factors."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = evidence.named(params.of)
    if not parts:
        return Finding(Status.UNSCORED, None, FEW, data={"of": params.of, "parts": 0})
    if len(parts) < 2:
        return Finding(Status.FAIL, 0.0, FEW, data={"pictures": len(parts)})
    start = max(range(len(parts)), key=lambda place: (_score(params, parts, place), -place))
    return _finding(params, parts, start)


def _differences(one: Part, other: Part) -> list[Factor]:
    return [name for name in NAMES if _plain(one.facts.get(name)) != _plain(other.facts.get(name))]


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int | float) else value


def _changes(parts: Sequence[Part], start: int) -> list[list[Factor]]:
    return [_differences(parts[start], part) for place, part in enumerate(parts) if place != start]


def _score(params: Params, parts: Sequence[Part], start: int) -> float:
    """The share of pictures that differ in one allowed parameter, times the share of factors that were varied."""
    changes = _changes(parts, start)
    allowed = set(params.factors or NAMES)
    single = Counter(change[0] for change in changes if len(change) == 1 and change[0] in allowed)
    varied = [min(1.0, single[factor] / params.least) for factor in params.factors]
    return sum(single.values()) / len(changes) * (sum(varied) / len(varied) if varied else 1.0)


def _finding(params: Params, parts: Sequence[Part], start: int) -> Finding:
    score, changes = _score(params, parts, start), _changes(parts, start)
    others = [part for place, part in enumerate(parts) if place != start]
    rows = [_row(part, change) for part, change in zip(others, changes, strict=True)]
    shown = [{"type": "changes", "start": str(parts[start].facts.get("digest", "")), "rows": rows}]
    return measured(score, _feedback(params, changes, score), parts[start], shown, changes=changes)


def _row(part: Part, change: list[Factor]) -> dict[str, Any]:
    return {
        "digest": str(part.facts.get("digest", "")),
        "names": [dict(NAMES[name]) for name in change],
        "values": [str(part.facts.get(name, ""))[:120] for name in change],
        "single": len(change) == 1,
    }


def _feedback(params: Params, changes: Sequence[list[Factor]], score: float) -> Text:
    if score >= 1:
        return both("Each picture differs in exactly one parameter.", "Chaque image diffère d'un seul paramètre.")
    several = sum(len(change) > 1 for change in changes)
    same = sum(not change for change in changes)
    varied = {change[0] for change in changes if len(change) == 1}
    missing = [name for name in params.factors if name not in varied]
    en, fr = [], []
    if several:
        en.append(f"{several} of {len(changes)} pictures differ in several parameters at once.")
        fr.append(f"{several} image(s) sur {len(changes)} diffèrent de plusieurs paramètres à la fois.")
    if same:
        en.append(f"{same} of {len(changes)} were made with the same parameters as the first.")
        fr.append(f"{same} sur {len(changes)} ont les mêmes paramètres que la première.")
    if missing:
        en.append(f"Not varied alone: {', '.join(NAMES[name]['en'] for name in missing)}.")
        fr.append(f"Non varié isolément : {', '.join(NAMES[name]['fr'] for name in missing)}.")
    if not en:
        en.append("Too few pictures vary what was asked, or they vary something else.")
        fr.append("Trop peu d'images font varier ce qui est demandé, ou elles font varier autre chose.")
    return {"en": " ".join(en), "fr": " ".join(fr)}


CRITERION = Criterion(label=both("One factor at a time", "Un facteur à la fois"), params=Params, assess=assess)
