"""YAML as a person would write it, so that `yaml_nodes` reads back exactly what was written. Pure."""

import re
from typing import Any

import yaml

from courses.catalog.yaml_nodes import CORE

ODD_BREAKS = re.compile("[\x85\u2028\u2029]")  # a block of lines would not keep them


class _Dumper(yaml.SafeDumper):
    """Quotes a word that either YAML 1.1 (other people's readers) or our own reader would take for a number."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, RUF100
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if ODD_BREAKS.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
for _tag, _pattern, _first in CORE:
    _Dumper.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def write(data: Any) -> str:
    """In the order given; texts of several lines as blocks; nothing for what is empty."""
    if data in (None, {}, []):
        return ""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
