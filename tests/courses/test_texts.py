import pytest

from courses.texts import both, localise


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ({"en": "Hello", "fr": "Bonjour"}, "fr", "Bonjour"),
        ({"en": "Hello", "fr": "Bonjour"}, "fr-ca", "Bonjour"),
        ({"en": "Hello", "fr": " "}, "fr", "Hello"),
        ({"fr": "Bonjour"}, "en", "Bonjour"),
        ({"en": "Hello"}, "de", "Hello"),
        ({}, "en", ""),
    ],
)
def test_text_is_shown_in_the_language_or_in_one_that_has_it(text: dict[str, str], language: str, shown: str) -> None:
    assert localise(text, language) == shown


def test_both_fills_the_places_and_leaves_braces_of_facts_alone() -> None:
    assert both("{n} of {what}", "{n} sur {what}", n=2, what="{x}") == {"en": "2 of {x}", "fr": "2 sur {x}"}
