"""Markdown to safe HTML: lessons and statements by authors, answers and messages by models and students.

markdown-it-py parses (raw HTML stays text), Pygments marks code with classes, nh3 removes whatever is not on the list.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from courses.catalog import formulas, live, notes
from courses.catalog.asset_files import asset_path

RICH_LIMIT = 100_000  # characters; a longer text is shown as it is
PRE = '<pre tabindex="0">'  # what scrolls must be reachable by keyboard
CODE_LIMIT = 20_000  # characters of one code block that are highlighted

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
MATH_TAGS = {
    "math", "menclose", "merror", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom",
    "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr",
    "munder", "munderover",
}  # fmt: skip
MATH_ATTRIBUTES = {tag: {
    "accent", "columnalign", "columnspacing", "columnspan", "depth", "display", "displaystyle", "fence", "form",
    "height", "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width",
} for tag in MATH_TAGS}  # fmt: skip
AUTHOR_TAGS = MATH_TAGS | {"aside", "details", "img", "summary"}
NOTE_CLASSES = {"formula", "live", "note-title", *(f"note note-{name}" for name in notes.NOTES)}
TOKEN_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
LANGUAGE = re.compile(r"[a-z0-9+#_-]{1,24}")
ALIGN = frozenset({"align-left", "align-right", "align-center"})


def render_markdown(text: str, *, assets: str = "", practice: str = "") -> SafeString:
    """A lesson or a statement. Headings start at h2: the page's own title is the h1.

    `assets`: the address under which the files of the course's `assets/` are served; it ends in a slash.
    `practice`: the address under which the exercises of the lesson's module are; a live block becomes a link to its
    own. Without it, it is shown as code.
    """
    return _render(text, author=True, assets=assets, practice=practice, language=get_language() or "en")


def render_answer(text: str) -> SafeString:
    """Text of a model or a student: no images, links that give no credit, headings below the page's own."""
    return _render(text, author=False, assets="", practice="", language="")


@lru_cache(maxsize=512)
def render_inline(text: str) -> SafeString:
    """One line by an author, for labels: code, emphasis, links; no paragraphs, no pictures."""
    html = _parser(author=False).renderInline(text[:RICH_LIMIT], {"assets": ""})
    return mark_safe(_clean(html, author=True))  # noqa: S308  # cleaned by nh3


@lru_cache(maxsize=512)
def _render(text: str, *, author: bool, assets: str, practice: str, language: str) -> SafeString:
    """`language` is part of what is remembered: notes have titles in the reader's language."""
    text = text.encode("utf-8", "replace").decode()  # halves of surrogate pairs are no characters
    if len(text) > RICH_LIMIT:
        return mark_safe(f"{PRE}{escape(text)}</pre>")  # noqa: S308  # escaped on this line
    html = _parser(author=author).render(text, {"assets": assets, "practice": practice})
    return mark_safe(_clean(html, author=author))  # noqa: S308  # cleaned by nh3


@lru_cache(maxsize=2)
def _parser(*, author: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable(["table", "strikethrough"])
    if author:
        notes.enable(formulas.enable(parser))
        parser.add_render_rule("math_inline", _formula)
        parser.add_render_rule("math_inline_double", _formula)
        parser.add_render_rule("math_block", _formula)
    else:
        parser.disable("image")
    parser.core.ruler.push("fit_page", _fit_page(1 if author else 3))
    return parser


def _fit_page(shift: int) -> Callable[[StateCore], None]:
    def fit(state: StateCore) -> None:
        for token in state.tokens:
            for part in token.children or ():
                _point_to_assets(part, state.env.get("assets", ""))
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
            elif token.type == "table_open":
                token.attrs = {"tabindex": "0"}  # it scrolls on narrow screens
            elif token.type in ("th_open", "td_open") and "style" in token.attrs:
                # The page's policy forbids inline styles; a class does the same.
                token.attrs = {"class": str(token.attrs["style"]).replace("text-align:", "align-")}

    return fit


def _live(token: Token, base: str) -> str:
    """A link to the block's practice exercise. A page that can shows the exercise itself in its place."""
    try:
        title = live.read(token.info, token.content).title
    except live.BadBlock as error:
        return f"{PRE}<code>{escape(token.content)}</code></pre>\n<p>{escape(error.message)}</p>\n"
    address = f"{base}{live.slug_of(token.info, token.content)}/"
    return f'<p class="live"><a href="{escape(address)}">{escape(title or _("Try it yourself"))}</a></p>\n'


def _formula(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token, display = tokens[index], tokens[index].type != "math_inline"
    try:
        html = formulas.mathml(token.content.strip(), display=display)
    except formulas.BadFormula:
        html = f"<code>{escape(token.content)}</code>"
    return f'<p class="formula" tabindex="0">{html}</p>\n' if token.type == "math_block" else html


def _point_to_assets(token: Token, base: str) -> None:
    """`assets/a.png` and `../assets/a.png` mean the same file: the text is also read in its folder."""
    name = {"image": "src", "link_open": "href"}.get(token.type)
    path = asset_path(str(token.attrs.get(name, ""))) if name and base else None
    if name and path is not None:
        token.attrs[name] = base + path


class _Renderer(RendererHTML):
    def code_block(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        return f"{PRE}<code>{escape(tokens[index].content)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        if env.get("practice") and live.is_live(tokens[index].info):
            return _live(tokens[index], str(env["practice"]))
        words = tokens[index].info.split()
        language = words[0].lower() if words and LANGUAGE.fullmatch(words[0].lower()) else ""
        shown = f' class="language-{language}"' if language else ""
        return f"{PRE}<code{shown}>{_highlighted(tokens[index].content, language)}</code></pre>\n"


def _highlighted(code: str, language: str) -> str:
    if not language or len(code) > CODE_LIMIT:
        return escape(code)
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _clean(html: str, *, author: bool) -> str:
    return nh3.clean(
        html,
        tags=TAGS | AUTHOR_TAGS if author else TAGS,
        attributes={
            **(MATH_ATTRIBUTES if author else {}),
            "aside": {"class"},
            "p": {"class", "tabindex"},
            "a": {"href", "title"},
            "img": {"src", "alt", "title"},
            "code": {"class"},
            "span": {"class"},
            "pre": {"tabindex"},
            "table": {"tabindex"},
            "ol": {"start"},
            "td": {"class"},
            "th": {"class"},
        },
        attribute_filter=_attribute,
        link_rel="noopener noreferrer" if author else "nofollow noopener noreferrer",
        url_schemes={"http", "https", "mailto"},
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "span":
        return value if value in TOKEN_CLASSES else None
    if tag == "code":
        return value if LANGUAGE.fullmatch(value.removeprefix("language-")) else None
    if tag in ("aside", "p"):
        return value if name == "tabindex" or value in NOTE_CLASSES else None
    if tag in ("td", "th"):
        return value if value in ALIGN else None
    return value
