"""The answer that the page's form describes. Pure."""

from collections.abc import Mapping
from typing import Any

from courses.kinds.function_calling.schema import FunctionCallingSpec


def read_form(spec: FunctionCallingSpec, fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """`fields` holds uploaded files, too, as text; a file wins over what was pasted."""
    last = {name: values[-1].replace("\r\n", "\n") for name, values in fields.items() if values}
    found: dict[str, Any] = {
        name: last[name] for name in ("definitions", "prompt", "results", "way", "note") if name in last
    }
    for name in ("definitions", "results"):
        if last.get(f"{name}_file", "").strip():
            found[name] = last[f"{name}_file"]
    for name in ("temperature", "retries"):
        if last.get(name, "").strip():
            found[name] = last[name].replace(",", ".")
    return found
