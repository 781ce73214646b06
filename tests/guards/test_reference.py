"""Everything that can be plugged in stands in docs/reference.md."""

import pytest
from django.core.management import CommandError, call_command

from athanor.administration.reference import page
from courses.grading.registry import all_criteria
from courses.kinds.registry import all_kinds
from tests.guards.repository import ROOT
from workers.backends.registry import all_adapters
from workers.scheduling.states import State

FILE = ROOT / "docs" / "reference.md"


def test_reference_is_what_the_code_says() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run: manage.py reference"


def test_reference_lists_every_plug_in() -> None:
    text = FILE.read_text(encoding="utf-8")
    slugs = [*all_kinds(), *all_criteria(), *all_adapters(), *State.values]

    assert [slug for slug in slugs if f"`{slug}`" not in text] == []


def test_check_fails_for_an_old_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("athanor.administration.management.commands.reference.page", lambda: "something else")

    with pytest.raises(CommandError, match="out of date"):
        call_command("reference", "--check")
