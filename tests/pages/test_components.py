"""Components: declared properties, safe content."""

import pytest
from django.template import Context, Template, TemplateSyntaxError

from athanor.web.evidence import Span, marked, spans_in


def draw(source: str, **values: object) -> str:
    return Template("{% load ui %}" + source).render(Context(values)).strip()


def test_component_draws_its_content() -> None:
    assert draw('{% badge tone="good" %}done{% endbadge %}') == '<span class="badge badge-good">done</span>'


def test_unknown_property_is_an_error_when_the_template_is_read() -> None:
    with pytest.raises(TemplateSyntaxError, match=r"has no property 'colour'; it has: tone, icon, live$"):
        Template('{% load ui %}{% badge colour="red" %}x{% endbadge %}')


def test_property_without_a_name_is_an_error_where_none_is_expected() -> None:
    with pytest.raises(TemplateSyntaxError, match='write "good" as property=value'):
        Template('{% load ui %}{% badge "good" %}x{% endbadge %}')


def test_component_without_its_end_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="endalert"):
        Template("{% load ui %}{% alert %}x")


def test_values_are_escaped() -> None:
    assert draw("{% alert title=title %}{{ body }}{% endalert %}", title="<b>", body="<i>").count("<b>") == 0


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (2.5, "2.5"), (10, "10"), (0, "0"), (100.0, "100"), (3.333333, "3.33")]
)
def test_short_leaves_out_zeros_that_say_nothing(value: float | None, shown: str) -> None:
    assert draw("{{ value|short }}", value=value) == shown


def test_quotes_are_marked_where_their_words_stand() -> None:
    quote = {"text": "city", "where": "turn:1", "start": 4, "end": 8}
    other = {"text": "town", "where": "turn:1", "start": 4, "end": 8}  # of the question, at the same place

    spans = spans_in("big city", "turn:1", [(quote, "word"), (other, "word")])

    assert spans == [Span(4, 8, "word")]
    assert marked("big city", spans) == 'big <mark title="word">city</mark>'


def test_overlapping_quotes_do_not_tear_the_text() -> None:
    quotes = [({"text": text, "where": "x", "start": start, "end": end}, "c") for text, start, end in
              [("abc", 0, 3), ("bcd", 1, 4), ("de", 3, 5)]]  # fmt: skip

    assert marked("abcdef", spans_in("abcdef", "x", quotes)) == '<mark title="c">abc</mark><mark title="c">de</mark>f'


def test_marked_text_is_escaped() -> None:
    assert marked("<b>&", [Span(0, 3, '"')]) == '<mark title="&quot;">&lt;b&gt;</mark>&amp;'
