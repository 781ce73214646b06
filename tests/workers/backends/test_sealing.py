"""Keys of servers are unreadable in the database, and say so when they cannot be opened any more."""

import os

import pytest
from pytest_django import Settings

from tests.factories import make_server
from workers.backends.endpoints import backend_of
from workers.backends.errors import Misconfigured
from workers.backends.sealing import seal, unseal


def test_sealed_key_opens_and_shows_nothing() -> None:
    assert unseal(seal("sk-secret")) == "sk-secret"
    assert "sk-secret" not in seal("sk-secret")
    assert seal("") == unseal("") == ""


def test_key_of_another_site_is_refused_in_words(settings: Settings) -> None:
    sealed = seal("sk-secret")
    settings.SECRET_KEY = "another"
    with pytest.raises(Misconfigured, match="type it in again"):
        unseal(sealed)


@pytest.mark.django_db
def test_environment_wins_over_the_kept_key(monkeypatch: pytest.MonkeyPatch) -> None:
    server = make_server(sealed_key=seal("kept"))
    assert backend_of(server).endpoint.api_key == "kept"  # type: ignore[attr-defined]

    monkeypatch.setitem(os.environ, "GPU_KEY", "from outside")
    server.api_key_variable = "GPU_KEY"
    assert backend_of(server).endpoint.api_key == "from outside"  # type: ignore[attr-defined]
