"""What a student may read of a specification: everything, because the right answers are not in it. Pure."""

from typing import Any

from courses.kinds.decoding_lab.schema import LabSpec


def public(spec: LabSpec) -> dict[str, Any]:
    """The whole specification: the server alone knows what is right."""
    return spec.model_dump(mode="json")
