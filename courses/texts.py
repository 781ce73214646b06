"""Text that exists in several languages, as data. Pure.

Authors write it in YAML, criteria and kinds answer with it, rows keep it, pages show one language of it.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

LANGUAGES = ("en", "fr")


def _known(text: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(text) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"unknown language {unknown[0]!r}; known: {', '.join(LANGUAGES)}")
    if not any(value.strip() for value in text.values()):
        raise ValueError("at least one language needs a text")
    return text


Text = Annotated[dict[str, str], AfterValidator(_known)]  # language code → text


def both(en: str, fr: str, **facts: object) -> dict[str, str]:
    """A text in both languages, with `{name}` places filled from `facts`."""
    return {"en": en.format(**facts), "fr": fr.format(**facts)}


def localise(text: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in the first language that has one, else empty."""
    for code in (language[:2], *LANGUAGES):
        if text.get(code, "").strip():
            return text[code]
    return ""
