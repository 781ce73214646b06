"""What a student may read of a specification: all of it but how a target was drawn. Pure."""

from typing import Any

from courses.kinds.image.schema import ImageSpec


def public(spec: ImageSpec) -> dict[str, Any]:
    """The fields of the specification; `targets` only by their titles: their parameters are the solution."""
    shown = spec.model_dump(mode="json", exclude={"targets"})
    shown["targets"] = [{"title": dict(target.title)} for target in spec.targets]
    return shown
