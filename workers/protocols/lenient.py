"""What all wire models share. Servers add fields with every release: unknown ones are ignored. Pure."""

import json
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


def parse_json(text: str | bytes) -> Any:
    """Strict about what JSON does not have (NaN, Infinity); raises ValueError."""
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
