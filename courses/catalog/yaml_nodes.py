"""YAML with line numbers, read strictly: no duplicate keys, anchors, tags or surprises. Pure.

Only `true` and `false` are booleans (`no` and `on` are words), and a date stays text until a schema wants a date.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

SIZE_LIMIT = 256_000  # characters of a file
DEPTH_LIMIT = 30
Path = tuple[str | int, ...]


class BadYaml(Exception):
    """`line` starts at 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Document:
    data: Any
    lines: dict[Path, int] = field(default_factory=dict)  # where each value stands; a key's line for mappings

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line of the value, or of the nearest value around it."""
        return self.lines.get(self.place_of(path), 1)

    def place_of(self, path: Sequence[str | int]) -> Path:
        """The longest place in the text that the path leads to. A schema's path also names the alternatives that it
        tried, sometimes with the name of a key: each step may stand for something in the text, or for nothing."""
        return self._longest(tuple(path), ())

    def _longest(self, path: Path, place: Path) -> Path:
        if not path:
            return place
        without = self._longest(path[1:], place)
        if (*place, path[0]) not in self.lines:
            return without
        return max(self._longest(path[1:], (*place, path[0])), without, key=len)


class _Loader(yaml.SafeLoader):
    """YAML's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # the library's own form


# (tag, pattern, first letters) of what is no plain text
CORE: tuple[tuple[str, str, str | list[str]], ...] = (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]{0,17})$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:[0-9]{1,18}\.[0-9]*|\.[0-9]+|[0-9]{1,18}(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?$",
     "-+0123456789."),
)  # fmt: skip
for _tag, _pattern, _first in CORE:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def parse(text: str, *, first_line: int = 1) -> Document:
    """Read one document. `first_line` is where `text` starts in its file. Raises BadYaml."""
    if len(text) > SIZE_LIMIT:
        raise BadYaml(first_line, f"the file has {len(text)} characters; at most {SIZE_LIMIT} are read")
    try:
        _check_events(text, first_line)
        root = yaml.compose(text, Loader=_Loader)  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(first_line + (mark.line if mark else 0), error.problem or "this is not YAML") from error
    except yaml.YAMLError as error:
        raise BadYaml(first_line, str(error).splitlines()[0]) from error
    lines: dict[Path, int] = {(): first_line}
    return Document(None if root is None else _value(root, (), lines, first_line), lines)


def _check_events(text: str, first_line: int) -> None:
    """Before anything is built: how deep it is, and that nothing is repeated by reference or tagged."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml(line, "anchors and aliases (& and *) are not allowed: write the value out")
        if getattr(event, "tag", None):
            raise BadYaml(line, "tags (!) are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            raise BadYaml(line, f"nested deeper than {DEPTH_LIMIT} levels")


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], first_line: int) -> Any:
    lines.setdefault(path, first_line + node.start_mark.line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, first_line)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, index), lines, first_line) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], first_line: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = first_line + key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            raise BadYaml(line, "a key must be a word")
        key = str(key_node.value)
        if key in found:
            raise BadYaml(line, f"the key {key!r} is written twice (first on line {lines[(*path, key)]})")
        lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), lines, first_line)
    return found


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "bool":
            return text.lower() == "true"
        case "null":
            return None
        case "int":
            return int(text)
        case "float":
            return float(text)
    return text
