"""`::: note`, `::: tip`, `::: warning` (set apart) and `::: details` (opened by who wants it) in Markdown."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

NOTES = ("note", "tip", "warning")
DETAILS = "details"


def enable(parser: MarkdownIt) -> MarkdownIt:
    for name in (*NOTES, DETAILS):
        parser.use(container_plugin, name, render=_details if name == DETAILS else _note)
    return parser


def _note(renderer: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    if tokens[index].nesting < 0:
        return "</aside>\n"
    name, title = _name_and_title(tokens[index])
    titles = {"note": _("Note"), "tip": _("Tip"), "warning": _("Watch out")}
    return f'<aside class="note note-{name}">\n<p class="note-title">{escape(title or titles[name])}</p>\n'


def _details(renderer: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    if tokens[index].nesting < 0:
        return "</details>\n"
    title = _name_and_title(tokens[index])[1]
    return f"<details>\n<summary>{escape(title or _('More'))}</summary>\n"


def _name_and_title(token: Token) -> tuple[str, str]:
    name, _space, title = token.info.strip().partition(" ")
    return name, title.strip()[:200]
