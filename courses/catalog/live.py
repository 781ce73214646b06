"""Live blocks of lessons: something to try on the spot. Pure.

A fenced block whose language is `live-` and a kind (`live-chat`, `live-image`, `live-decoding-lab`) holds YAML: the
kind's own specification, and beside it `title` and `prefill` (what the fields of the first run hold).

    ```live-chat
    title: Ask it twice
    alias: chat-small
    prefill: {text: "Why is the sky blue?"}
    ```

Each different block of a module becomes one practice exercise, worked on with the kind's own workspace through the
same queue; it is in no list and is never marked.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from courses.catalog import yaml_nodes
from courses.kinds.registry import all_kinds

PREFIX = "live-"
PARSER = MarkdownIt("commonmark", {"html": False})


class _Frame(BaseModel):
    model_config = ConfigDict(extra="allow")
    title: str = Field("", max_length=200)
    prefill: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Live:
    kind: str
    title: str
    spec: BaseModel
    prefill: dict[str, Any] = field(default_factory=dict)


class BadBlock(Exception):
    """`line` counts from the block's first line of YAML, which is 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def is_live(info: str) -> bool:
    return info.strip().startswith(PREFIX)


def slug_of(info: str, content: str) -> str:
    """The practice exercise's address: the same block gives the same."""
    return "try-" + hashlib.sha256(f"{info.strip()}\n{content.strip()}".encode()).hexdigest()[:16]


def blocks_in(text: str) -> Iterator[tuple[int, str, str]]:
    """(line of the fence, info, content) of every live block of a Markdown text."""
    for token in PARSER.parse(text):
        if token.type == "fence" and is_live(token.info):
            yield (token.map[0] + 1 if token.map else 1), token.info, token.content


def read(info: str, content: str) -> Live:
    """Raises BadBlock."""
    slug = info.strip().removeprefix(PREFIX).replace("-", "_")
    kind = all_kinds().get(slug)
    if kind is None or kind.run is None:
        known = ", ".join(PREFIX + name.replace("_", "-") for name, each in all_kinds().items() if each.run is not None)
        raise BadBlock(0, f"unknown live block {info.strip()[:60]!r}; known: {known}")
    try:
        document = yaml_nodes.parse(content)
    except yaml_nodes.BadYaml as error:
        raise BadBlock(error.line, error.message) from error
    try:
        frame = _Frame.model_validate(document.data or {})
        spec = kind.spec.model_validate(frame.model_extra or {})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)[0]
        place, line = ".".join(map(str, found["loc"])), document.line_of(found["loc"])
        raise BadBlock(line, f"{place}: {found['msg'].removeprefix('Value error, ')}") from error
    unknown = unknown_prefill(kind.run, frame.prefill)
    if unknown:
        raise BadBlock(document.line_of(["prefill", unknown[0]]), unknown[1])
    return Live(slug, frame.title, spec, frame.prefill)


def unknown_prefill(run: type[BaseModel] | None, prefill: dict[str, Any]) -> tuple[str, str] | None:
    """(the field, what is wrong with it) where `prefill` names something that a run of the kind does not have."""
    known = list(run.model_fields) if run else []
    for name in prefill:
        if name not in known or name == "parent":
            shown = ", ".join(field for field in known if field != "parent") or "nothing"
            return name, f"prefill.{name}: a run of this kind has no such field; it has {shown}"
    return None
