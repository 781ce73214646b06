"""Expected calls as an author writes them. Pure.

- name: fn_add
  arguments: {a: 2, b: 3}
  compare: {a: {by: tolerance, absolute: 0.01}}    where a plain comparison of values would be wrong
  optional: [b]                                    may be left out
"""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from courses.grading.calls.comparators import AnyComparator, Exact, compare
from courses.grading.calls.model import Wanted

JSON = Any


class ExpectedCall(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=120)
    """The function."""
    arguments: dict[str, JSON] = {}
    """Name → value."""
    compare: dict[str, AnyComparator] = {}
    """Name → `{by: …}`; without one the value must be the same."""
    optional: list[str] = []
    """Names of arguments that may be left out."""
    weights: dict[str, float] = {}
    """Name → weight; 1 where nothing is said."""

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        unknown = {*self.compare, *self.optional, *self.weights} - self.arguments.keys()
        if unknown:
            raise ValueError(f"{sorted(unknown)[0]!r} is not among the arguments")
        if any(weight < 0 for weight in self.weights.values()):
            raise ValueError("a weight is not negative")
        return self

    def wanted(self) -> Wanted:
        compares = {name: compare(self.compare.get(name, Exact()), value) for name, value in self.arguments.items()}
        return Wanted(self.name, compares, frozenset(self.optional), self.weights)
