"""Everything that the site says is in the French catalogue, and translated."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.ROOT)
CATALOGUE = ROOT / "platform" / "athanor" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
PLACES = re.compile(r"%\((\w+)\)|\{(\w*)\}")

Key = tuple[str, str]  # context, first form


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def key_of(message: Message) -> Key:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def entries() -> list[Message]:
    return [message for message in catalogue() if message.id]


def sources() -> Iterator[tuple[Path, bytes]]:
    for folder in ("platform", "courses", "workers", "templates"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix == ".py":
                yield path, path.read_bytes()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                python = templatize(path.read_text(encoding="utf-8"), origin=path.name)
                yield path, INDENT.sub("", python).encode()


def said() -> dict[Key, str]:
    """Every message of the sources, with a file that says it."""
    found: dict[Key, str] = {}
    for path, source in sources():
        for _line, message, _comments, context in extract("python", BytesIO(source), keywords=KEYWORDS):
            first = message if isinstance(message, str) else message[0]
            if first:
                found[context or "", first] = path.name
    return found


def test_every_message_is_in_the_catalogue() -> None:
    known = {key_of(message) for message in entries()}

    assert {key: file for key, file in said().items() if key not in known} == {}


def test_catalogue_holds_nothing_that_nobody_says() -> None:
    assert {key_of(message) for message in entries()} - set(said()) == set()


def test_every_entry_is_translated() -> None:
    assert [key_of(message) for message in entries() if not all(forms(message))] == []


def test_no_entry_is_a_guess() -> None:
    assert [key_of(message) for message in entries() if message.fuzzy] == []


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_translations_keep_the_places_for_values() -> None:
    assert [message.id for message in entries() if not same_places(message)] == []


def same_places(message: Message) -> bool:
    """A singular may leave its number out ("one more message"); every other form holds what the original holds."""
    if isinstance(message.id, str):
        return places(message.id) == places(str(message.string))
    expected, (singular, *others) = places(message.id[-1]), forms(message)
    return places(singular) <= expected and all(places(form) == expected for form in others)


def places(text: str) -> set[str]:
    return {first or second for first, second in PLACES.findall(text)}
