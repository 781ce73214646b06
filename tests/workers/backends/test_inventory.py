"""Trials, privacy of aliases, and weights that differ behind one alias."""

import pytest

from tests.factories import make_alias, make_server
from workers.backends import canary
from workers.backends.models import ModelAlias, Server, ServerModel
from workers.backends.selectors import different_digests, resolve
from workers.backends.services import register

pytestmark = pytest.mark.django_db


def seen(server: Server, name: str = "tiny", digest: str = "sha256:1") -> ServerModel:
    return ServerModel.objects.create(server=server, name=name, digest=digest, seen_at="2026-01-01T00:00Z")


def test_trial_tells_which_models_answer() -> None:
    server = register(name="x", adapter="fake", url="http://x.invalid", slots=1)
    ServerModel.objects.exclude(name__in=["echo", "embed"]).delete()
    ServerModel.objects.create(server=server, name="fault", seen_at="2026-01-01T00:00Z", capabilities=["chat"])

    found = {model.name: model.canary or {} for model in canary.try_server(server)}

    assert found["echo"]["ok"]
    assert found["echo"]["detail"] == "Say: ready"
    assert found["embed"]["ok"]
    assert not found["fault"]["ok"]
    assert found["fault"]["detail"].startswith("server_fault")
    assert ServerModel.objects.get(name="fault").canary == found["fault"]


def test_private_alias_never_leaves_our_premises() -> None:
    here, away = make_server(name="here"), make_server(name="away", local=False)
    make_alias(name="chat", server=away)
    make_alias(name="chat", server=here)
    assert {one.server.name for one in resolve("chat")} == {"here", "away"}

    ModelAlias.objects.update(local_only=True)
    assert [one.server.name for one in resolve("chat")] == ["here"]
    here.delete()
    assert resolve("chat") == []


def test_other_private_alias_does_not_hide_a_server() -> None:
    away = make_server(local=False)
    make_alias(name="open", server=away)
    make_alias(name="private", server=away)
    ModelAlias.objects.filter(name="private").update(local_only=True)

    assert [one.server for one in resolve("open")] == [away]
    assert resolve("private") == []


def test_different_weights_behind_an_alias_are_named() -> None:
    one, two = make_server(name="one"), make_server(name="two")
    make_alias(name="chat", server=one)
    make_alias(name="chat", server=two)
    first = seen(one)
    seen(two, digest="sha256:2")
    assert different_digests() == {"chat": {"one": "sha256:1", "two": "sha256:2"}}

    first.digest = "sha256:2"
    first.save()
    assert different_digests() == {}
