"""YAML that a person writes into a form: read as course files are, and answered with line numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from courses.catalog import yaml_nodes
from courses.catalog.yaml_writer import write

__all__ = ["InvalidYaml", "Problem", "read", "write"]
ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    line: int  # 1 is the first
    path: str  # "options.temperature.min"; empty for the whole document
    message: str


class InvalidYaml(Exception):
    """What is wrong, all of it, in the order of lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems, key=lambda problem: problem.line)


def read(text: str, model: type[ModelT]) -> ModelT:
    """The text as an instance of `model`. Raises InvalidYaml with the parser's or the schema's own messages."""
    try:
        document = yaml_nodes.parse(text.replace("\r\n", "\n"))
    except yaml_nodes.BadYaml as error:
        raise InvalidYaml([Problem(error.line, "", error.message)]) from error
    try:
        return model.model_validate({} if document.data is None else document.data)
    except ValidationError as error:
        raise InvalidYaml([_problem(found, document) for found in error.errors(include_url=False)]) from error


def _problem(found: Any, document: yaml_nodes.Document) -> Problem:
    path = tuple(found["loc"])
    place = document.place_of(path)
    shown = place if path[-1:] in {(), place[-1:]} else (*place, path[-1])  # a missing key is named, too
    message = found["msg"].removeprefix("Value error, ")
    return Problem(document.line_of(place), ".".join(str(step) for step in shown), message)
