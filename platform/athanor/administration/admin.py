"""Django looks here. One module per area registers its models."""

from athanor.administration import (
    allowances,
    attempts,
    certificates,
    enrolments,
    exercises,
    extensions,
    machines,
    people,
    revisions,
    teaching,
)

__all__ = [
    "allowances",
    "attempts",
    "certificates",
    "enrolments",
    "exercises",
    "extensions",
    "machines",
    "people",
    "revisions",
    "teaching",
]
