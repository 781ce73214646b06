"""Formulas between dollars, from TeX to MathML: no script in the page, and screen readers can read them. Pure."""

from functools import lru_cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

LONGEST = 2000  # characters of one formula
DEEPEST = 40  # braces within braces


class BadFormula(Exception):
    """The text says why."""


def enable(parser: MarkdownIt) -> MarkdownIt:
    """`$x$` and `$$x$$`; a dollar before a digit or beside a space is money."""
    return parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)


@lru_cache(maxsize=1024)
def mathml(tex: str, *, display: bool) -> str:
    """`<math …>…</math>`. Raises BadFormula."""
    if len(tex) > LONGEST or tex.count("{") > LONGEST // 4 or _depth(tex) > DEEPEST:
        raise BadFormula(f"a formula has at most {LONGEST} characters and {DEEPEST} braces within braces")
    if tex.replace("\\{", "").count("{") != tex.replace("\\}", "").count("}"):
        raise BadFormula(f"a brace of this formula is never closed or never opened: {tex[:80]}")
    try:
        html = str(convert(tex, display="block" if display else "inline"))
    except Exception as error:  # the library has many ways to say no
        said = str(error) or type(error).__name__
        raise BadFormula(f"this formula cannot be read ({said[:80]}): {tex[:80]}") from error
    if "<mi>\\" in html:
        raise BadFormula(f"a command of this formula is not known: {tex[:80]}")
    return html


def _depth(tex: str) -> int:
    depth = deepest = 0
    for letter in tex:
        depth += (letter == "{") - (letter == "}")
        deepest = max(deepest, depth)
    return deepest
