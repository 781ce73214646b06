"""Where a criterion saw what it says: quotes marked in the text they come from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courses.grading.findings import everything


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    label: str  # which criterion


def quotes_of(findings: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """Every quote with the id of its criterion."""
    return [(quote, str(found["id"])) for found in everything(findings) for quote in found["quotes"]]


def spans_in(text: str, where: str, quotes: Sequence[tuple[dict[str, Any], str]]) -> list[Span]:
    """The quotes that stand in this text. A place is named for question and answer alike, so the words decide."""
    found = []
    for quote, label in quotes:
        start, end = quote.get("start"), quote.get("end")
        if quote.get("where") != where or start is None or end is None or text[start:end] != quote["text"]:
            continue
        found.append(Span(start, end, label))
    return _apart(found)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """In order, and without overlaps: where two criteria quote the same words, the first one is shown."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.end > span.start and (not found or span.start >= found[-1].end):
            found.append(span)
    return found


def marked(text: str, spans: Sequence[Span]) -> SafeString:
    """The text, escaped, with `<mark>` around the spans."""
    place, pieces = 0, []
    for span in spans:
        pieces.append((text[place : span.start], text[span.start : span.end], span.label))
        place = span.end
    return format_html(
        "{}{}",
        format_html_join("", '{}<mark title="{}">{}</mark>', ((a, label, b) for a, b, label in pieces)),
        text[place:],
    )
