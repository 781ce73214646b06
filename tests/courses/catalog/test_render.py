"""Markdown of authors, models and students becomes HTML that can do nothing."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.catalog.render import render_answer, render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<a href='javascript:x'>x</a>",
    "![x](javascript:alert(1))",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    '[x](http://a.b "onmouseover=alert(1)")',
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<iframe src=//a.b></iframe>",
    "<form action=//a.b><input name=x></form>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("render", [render_markdown, render_answer])
def test_markup_in_text_stays_text(render: object, text: str) -> None:
    html = render(text).lower()  # type: ignore[operator]

    for tag in ("<script", "<svg", "<style", "<iframe", "<form", "<input"):
        assert tag not in html
    assert 'href="javascript:' not in html
    assert 'href="data:' not in html
    assert 'src="javascript:' not in html
    assert "<img src=x" not in html


def test_answer_has_no_images_and_links_that_give_no_credit() -> None:
    html = render_answer("![pixel](https://spy.example/p.png) and [a link](https://a.example)")

    assert "<img" not in html
    assert html.count('rel="nofollow noopener noreferrer"') == 2


def test_lesson_has_images_headings_below_the_title_and_aligned_tables() -> None:
    html = render_markdown("# One\n\n![alt](pic.png)\n\n|a|b|\n|:-|-:|\n|1|2|\n")

    assert "<h2>One</h2>" in html
    assert '<img src="pic.png" alt="alt">' in html
    assert '<td class="align-right">2</td>' in html
    assert "style=" not in html


def test_headings_of_an_answer_stay_below_those_of_the_page() -> None:
    assert render_answer("# One\n\n###### Six") == "<h4>One</h4>\n<h6>Six</h6>\n"


def test_what_scrolls_can_be_reached_by_keyboard() -> None:
    html = render_answer("```\na\n```\n\n    indented <b>\n\n|a|\n|-|\n|1|\n")

    assert html.count('<pre tabindex="0"><code>') == 2
    assert '<table tabindex="0">' in html
    assert "indented &lt;b&gt;" in html


def test_code_is_highlighted_by_classes() -> None:
    html = render_markdown("```python\ndef f(): ...\n```")

    assert '<code class="language-python"><span class="k">def</span>' in html


@pytest.mark.parametrize("language", ["nonsense", "../../x", "x" * 100, 'py" onclick="x'])
def test_unknown_language_is_shown_plain(language: str) -> None:
    html = render_answer(f"```{language}\n<b>1 & 2</b>\n```")

    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in html
    assert "onclick" not in html


def test_huge_text_is_shown_as_it_is() -> None:
    html = render_answer("<b>*x* " * 40_000)

    assert html.startswith('<pre tabindex="0">&lt;b&gt;*x* ')


def test_characters_that_are_none_are_replaced() -> None:
    assert render_answer("a\x00b \ud800") == "<p>a\ufffdb ?</p>\n"


@pytest.mark.parametrize(
    "text", ["[" * 20_000, ">" * 20_000, "*a " * 20_000, "`" * 9_999, "![](" * 9_000, "|a" * 20_000]
)
def test_text_made_to_be_slow_is_rendered(text: str) -> None:
    assert isinstance(render_answer(text), str)


class Seen(HTMLParser):
    """Every tag with the names of its attributes, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses |= {(value or "").partition(":")[0] for name, value in attrs if name == "href" and value}


@given(st.text(alphabet=st.sampled_from("<>&\"'`[](){}!*_#|-\n:/ asrconhef=jvpti"), max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_only_known_tags_and_attributes(text: str) -> None:
    seen = Seen(render_answer(text))

    assert seen.tags <= {
        "a", "blockquote", "br", "code", "del", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span",
        "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }  # fmt: skip
    assert seen.attributes <= {"href", "title", "class", "start", "rel", "tabindex"}
    assert "javascript" not in seen.addresses
