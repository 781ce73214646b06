"""Django looks here. One module per area registers its models."""

from athanor.administration import attempts, enrolments, exercises, machines, people, teaching

__all__ = ["attempts", "enrolments", "exercises", "machines", "people", "teaching"]
