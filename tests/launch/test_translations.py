import gettext
from pathlib import Path

from athanor.launch import translations

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Hello"
msgstr "Bonjour"

#, fuzzy
msgid "Goodbye"
msgstr "Bonjour"
"""


def write_catalogue(folder: Path) -> Path:
    source = folder / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    return source


def test_catalogues_are_compiled_without_fuzzy_entries(tmp_path: Path) -> None:
    source = write_catalogue(tmp_path)
    assert translations.compile_stale([tmp_path]) == [source]
    with source.with_suffix(".mo").open("rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("Hello") == "Bonjour"
    assert texts.gettext("Goodbye") == "Goodbye"
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_unchanged_catalogues_are_left_alone(tmp_path: Path) -> None:
    write_catalogue(tmp_path)
    translations.compile_stale([tmp_path])
    assert translations.compile_stale([tmp_path]) == []
