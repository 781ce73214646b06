"""The reference page of everything that can be plugged in, written from the code itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from courses.grading.registry import all_criteria
from courses.kinds.registry import all_kinds
from workers.backends.errors import BackendError
from workers.backends.messages import for_error
from workers.backends.registry import all_adapters
from workers.scheduling.states import TRANSITIONS, State

HEAD = """# Reference

Written by `manage.py reference` from the code; do not edit it by hand: a test compares them.
"""


def page() -> str:
    """The whole page as Markdown."""
    sections = (_kinds(), _criteria(), _adapters(), _states(), _errors())
    return HEAD + "".join("\n" + "\n".join(section) + "\n" for section in sections)


def _kinds() -> Iterator[str]:
    yield "## Exercise kinds"
    for slug, kind in all_kinds().items():
        yield f"\n### `{slug}`: {kind.label['en']}\n"
        yield "Specification (`spec` of an exercise):\n"
        yield from _fields(kind.spec)
        yield "\nParts that criteria may look at:\n"
        yield from _table(("part", "what it is"), ((f"`{name}`", text["en"]) for name, text in kind.parts.items()))


def _criteria() -> Iterator[str]:
    yield "## Criteria"
    for slug, criterion in all_criteria().items():
        live = "shown while the student works" if criterion.live else "only after submission"
        said = _first_line(criterion.params.__module__).removesuffix(" Pure.")
        yield f"\n### `{slug}`: {criterion.label['en']}\n"
        yield f"{said} Version {criterion.version}, {live}. Parameters:\n"
        yield from _fields(criterion.params)


def _adapters() -> Iterator[str]:
    yield "## Types of servers\n"
    rows = ((f"`{slug}`", adapter.pool, _first_line(adapter.__module__)) for slug, adapter in all_adapters().items())
    yield from _table(("type", "pool", "what it is"), rows)


def _states() -> Iterator[str]:
    yield "## States of a job\n"
    rows = (
        (f"`{state}`", ", ".join(f"`{after}`" for after in State if after in TRANSITIONS[state]) or "final")
        for state in State
    )
    yield from _table(("state", "may become"), rows)


def _errors() -> Iterator[str]:
    yield "## Errors of servers\n"
    rows = (
        (f"`{error.code}`", error.fault, "yes" if error.passes else "no", for_error(error.code)["en"])
        for error in _tree()
    )
    yield from _table(("code", "fault", "tried again", "what a student reads"), sorted(rows))


def _tree(root: type[BackendError] = BackendError) -> Iterator[type[BackendError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == root.__module__:
            yield from _tree(child)


def _fields(model: type[BaseModel]) -> Iterator[str]:
    shapes = model.model_json_schema()["properties"]
    named = {field.alias or name: field for name, field in model.model_fields.items()}
    rows = (
        (f"`{name}`", _type_of(shapes[name]), _default_of(field), _meaning_of(field)) for name, field in named.items()
    )
    yield from _table(("field", "type", "default", "meaning"), rows)


def _type_of(shape: Mapping[str, Any]) -> str:
    """The type that a JSON schema describes, in words."""
    if "anyOf" in shape:
        return " or ".join(_type_of(one) for one in shape["anyOf"])
    if "enum" in shape or "const" in shape:
        return ", ".join(f"`{value}`" for value in shape.get("enum", [shape.get("const")]))
    if "$ref" in shape:
        return f"{str(shape['$ref']).rpartition('/')[2]}"
    if shape.get("type") == "array":
        return f"list of {_type_of(shape.get('items', {}))}"
    if shape.get("type") == "object" and isinstance(shape.get("additionalProperties"), dict):
        return f"name → {_type_of(shape['additionalProperties'])}"
    name = str(shape.get("type", "anything"))
    return {"null": "none", "object": "mapping"}.get(name, name)


def _default_of(field: Any) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    shown = default.model_dump(exclude_defaults=True) if isinstance(default, BaseModel) else default
    return "`" + str(shown).replace("|", "\\|") + "`"


def _meaning_of(field: Any) -> str:
    return " ".join((field.description or "").split()).replace("|", "\\|")


def _first_line(package: str) -> str:
    return (import_module(package).__doc__ or "").strip().partition("\n")[0].replace("|", "\\|")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [" | ".join(row) for row in rows]
    if not lines:
        yield "None."
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {line} |" for line in lines)
