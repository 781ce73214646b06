"""Components: template tags with declared properties, each drawn by `templates/components/<name>.html`.

    {% button href=url variant="primary" %}Go{% endbutton %}      a component with content (`slot`)
    {% icon "check" %}                                            one without

A property that was not declared is a `TemplateSyntaxError` when the template is read, not a silent typo.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

Properties = dict[str, FilterExpression]


@dataclass(frozen=True, slots=True)
class Declared:
    """What a component takes, for the page that shows them all."""

    properties: dict[str, Any]  # with their defaults
    slot: bool  # does it enclose content?
    positional: str  # the property that may come without its name; empty: none


DECLARED: dict[str, Declared] = {}  # by name; filled as the tags are registered


class ComponentNode(Node):
    def __init__(self, name: str, defaults: dict[str, Any], given: Properties, content: NodeList | None) -> None:
        self.name = name
        self.defaults = defaults
        self.given = given
        self.content = content

    def render(self, context: Context) -> SafeString:
        values = {name: expression.resolve(context) for name, expression in self.given.items()}
        slot = self.content.render(context) if self.content is not None else SafeString()
        drawing = context.template.engine.get_template(f"components/{self.name}.html")  # type: ignore[union-attr]
        with context.push(**{**self.defaults, **values, "slot": slot}):
            return drawing.render(context)


def register_component(
    library: template.Library, name: str, /, *, slot: bool = True, positional: str = "", **defaults: Any
) -> None:
    """Declare the tag `name`: its properties with their defaults, the one that may come without a name, its content."""
    DECLARED[name] = Declared(defaults, slot, positional)
    library.tag(name, _compiler(name, slot, positional, defaults))


def _compiler(
    name: str, slot: bool, positional: str, defaults: dict[str, Any]
) -> Callable[[Parser, Token], ComponentNode]:
    def compile_tag(parser: Parser, token: Token) -> ComponentNode:
        given = _properties(parser, token.split_contents()[1:], name, positional, defaults)
        content = None
        if slot:
            content = parser.parse((f"end{name}",))
            parser.delete_first_token()
        return ComponentNode(name, defaults, given, content)

    return compile_tag


def _properties(parser: Parser, bits: list[str], name: str, positional: str, defaults: dict[str, Any]) -> Properties:
    given: Properties = {}
    for index, bit in enumerate(bits):
        key, equals, value = bit.partition("=")
        if not equals or not key.isidentifier():
            if not positional or index:
                raise template.TemplateSyntaxError(f"{{% {name} %}}: write {bit} as property=value.")
            key, value = positional, bit
        if key not in defaults:
            known = ", ".join(defaults) or "none"
            raise template.TemplateSyntaxError(f"{{% {name} %}} has no property {key!r}; it has: {known}")
        given[key] = parser.compile_filter(value)
    return given
