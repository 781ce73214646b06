"""How a picture was made, as text: the form that image tools write into their PNG files. Pure."""

from collections.abc import Mapping
from typing import Any

from workers.backends.requests import ImageRequest


def infotext(request: ImageRequest, result: Mapping[str, Any], digest: str) -> str:
    """Prompt, negative prompt, and one line of parameters, from what was asked and recorded."""
    made: list[dict[str, Any]] = list(result.get("pictures") or [])
    place = next((place for place, each in enumerate(made) if each["digest"] == digest), 0)
    picture = made[place] if made else {}
    seed = picture.get("seed")
    facts: dict[str, Any] = {
        "Steps": request.steps,
        "Sampler": request.sampler,
        "Schedule type": request.scheduler,
        "CFG scale": request.cfg_scale,
        "Seed": seed if seed is not None else (request.seed or 0) + place,
        "Size": f"{picture.get('width', request.width)}x{picture.get('height', request.height)}",
    }
    lines = [request.prompt]
    if request.negative_prompt:
        lines.append(f"Negative prompt: {request.negative_prompt}")
    return "\n".join([*lines, ", ".join(f"{name}: {value}" for name, value in facts.items())])
