"""The scripts of others, built once for all test runs of this machine."""

import pytest
from django.conf import settings

from athanor.config import bundle
from athanor.launch import bundling


def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Built in the repository's own state folder; skips where npm cannot be reached."""
    monkeypatch.setattr(settings, "BUNDLE", settings.ROOT / "var" / "bundle")
    try:
        bundling.build(lambda _line: None)
    except bundling.NotBuilt as error:
        pytest.skip(f"npm cannot be reached: {error}")
    assert bundle.is_built()
