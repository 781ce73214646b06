"""What all wire models share. Servers add fields with every release: unknown ones are ignored. Pure."""

import json
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

WireT = TypeVar("WireT", bound="Wire")


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


def read(model: type[WireT], data: bytes) -> WireT:
    """Raises ValueError (of which ValidationError is one)."""
    try:
        return model.model_validate_json(data)
    except ValidationError:
        # The fast parser refuses half a surrogate pair, which is what a server sends that cuts text anywhere.
        return model.model_validate(parse_json(data))


def parse_json(text: str | bytes) -> Any:
    """Strict about what JSON does not have (NaN, Infinity); raises ValueError."""
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
