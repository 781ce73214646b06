"""Rows of servers: registering, probing, routes, health."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.backends.scripted import ScriptedServer, document
from workers.backends import breakers, errors, health
from workers.backends.backend import ModelInfo, Probe
from workers.backends.breakers import Breaker
from workers.backends.endpoints import backend_of
from workers.backends.models import ModelAlias, Route, Server
from workers.backends.selectors import demonstration_pool, resolve
from workers.backends.services import UnknownAdapter, drain, pause, probe, register, resume
from workers.events.models import Event

pytestmark = pytest.mark.django_db


def fake(name: str = "one", **fields: object) -> Server:
    return Server.objects.create(name=name, adapter="fake", url="http://fake.invalid", **fields)  # type: ignore[misc]


def seen(*names: str, digest: str = "d", loaded: bool = True) -> Probe:
    return Probe(version="1", models=tuple(ModelInfo(name=name, digest=digest, loaded=loaded) for name in names))


def test_register_makes_server_routes_and_probes() -> None:
    server = register(
        name="x", adapter="fake", url="http://x.invalid", slots=3, aliases={"chat-small": "", "a": "slow"}
    )
    assert (server.health, server.slots, server.version) == ("healthy", 3, "fake")
    assert [(c.server, c.model, c.usable) for c in resolve("chat-small")] == [(server, "echo", True)]
    assert [c.model for c in resolve("a")] == ["slow"]


def test_register_twice_changes_nothing_that_an_administrator_did() -> None:
    server = register(name="x", adapter="fake", url="http://x.invalid", slots=3, aliases={"a": ""})
    Route.objects.update(model="slow", position=5)
    register(name="x", adapter="fake", url="http://y.invalid", slots=3, aliases={"a": ""})
    server.refresh_from_db()
    assert server.url == "http://y.invalid"
    assert list(Route.objects.values_list("model", "position")) == [("slow", 5)]


def test_register_of_an_unknown_adapter_is_refused() -> None:
    with pytest.raises(UnknownAdapter):
        register(name="x", adapter="nope", url="http://x.invalid", slots=1)


def test_demonstration_comes_after_real_models() -> None:
    register(name="demo", adapter="fake", url="http://d.invalid", slots=1, demonstration=True, aliases={"a": ""})
    assert demonstration_pool("a") == "text"
    register(name="real", adapter="fake", url="http://r.invalid", slots=1, aliases={"a": ""})
    assert [candidate.server.name for candidate in resolve("a")] == ["real", "demo"]
    assert demonstration_pool("a") == ""


def test_alias_without_routes_leads_nowhere() -> None:
    ModelAlias.objects.create(name="a")
    assert resolve("a") == []
    assert demonstration_pool("a") == ""


def test_resolve_prefers_usable_then_known_then_position() -> None:
    alias = ModelAlias.objects.create(name="a")
    rows = {}
    for position, name in enumerate(["down", "ignorant", "second", "first"]):
        rows[name] = fake(name)
        health.answered(rows[name], seen("other" if name == "ignorant" else "m"))
        place = 3 - position if name in ("second", "first") else position
        Route.objects.create(alias=alias, server=rows[name], model="m", position=place)
    health.failed(rows["down"], errors.Unreachable("gone"))
    assert [(one.server.name, one.usable, one.known) for one in resolve("a")] == [
        ("first", True, True),
        ("second", True, True),
        ("ignorant", True, False),
        ("down", False, True),
    ]


def test_resolve_takes_the_latest_tag() -> None:
    server = fake()
    health.answered(server, seen("qwen:latest"))
    Route.objects.create(alias=ModelAlias.objects.create(name="a"), server=server, model="qwen")
    assert [(one.model, one.digest, one.known) for one in resolve("a")] == [("qwen:latest", "d", True)]


def test_resolve_without_a_model_takes_one_that_can_do_the_task() -> None:
    server = register(name="x", adapter="fake", url="http://x.invalid", slots=1, aliases={"a": ""})
    assert server.models.count() > 1
    assert [one.model for one in resolve("a", task="embed")] == ["embed"]
    assert [one.model for one in resolve("a", task="chat")] == ["echo"]


@pytest.mark.parametrize("change", [{"enabled": False}, {"paused": True}, {"draining": True}, {"health": "down"}])
def test_server_that_may_not_work_is_not_usable(change: dict[str, object]) -> None:
    server = register(name="x", adapter="fake", url="http://x.invalid", slots=1, aliases={"a": ""})
    Server.objects.filter(pk=server.pk).update(**change)
    assert [one for one in resolve("a") if one.usable] == []


def test_probe_writes_models_and_forgets_those_that_are_gone() -> None:
    server = fake()
    health.answered(server, seen("old", "kept"))
    health.answered(server, seen("kept", "new"))
    assert sorted(server.models.values_list("name", flat=True)) == ["kept", "new"]


def test_changed_digest_is_told_to_staff() -> None:
    server = fake()
    health.answered(server, seen("m", digest="a"))
    health.answered(server, seen("m", digest="b"))
    [event] = Event.objects.filter(channel="staff")
    assert event.data == {"server": "one", "model": "m", "before": "a", "after": "b"}


def test_probe_of_a_server_that_is_away_rests_it() -> None:
    server = Server.objects.create(name="away", adapter="ollama", url="http://127.0.0.1:9")
    assert probe(server) is False
    server.refresh_from_db()
    assert (server.health, server.connect_failures) == ("down", 1)
    assert server.retry_at is not None
    assert server.retry_at > timezone.now()


def test_probe_says_when_a_server_is_back(one_server: ScriptedServer) -> None:
    server = Server.objects.create(name="back", adapter="openai", url=one_server.url)
    health.failed(server, errors.Unreachable("gone"))
    one_server.play("/v1/models", document({"data": [{"id": "m"}]}))
    assert probe(server) is True
    assert probe(server) is False
    server.refresh_from_db()
    assert (server.health, server.connect_failures, server.retry_at) == ("healthy", 0, None)


def test_missing_key_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    server = fake(api_key_variable="NO_SUCH_KEY")
    with pytest.raises(errors.Misconfigured, match="NO_SUCH_KEY"):
        backend_of(server)
    probe(server)
    server.refresh_from_db()
    assert server.health == "misconfigured"


def test_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", " s3cret ")
    backend = backend_of(fake(api_key_variable="SOME_KEY"))
    assert backend.endpoint.api_key == "s3cret"  # type: ignore[attr-defined]


def test_one_broken_answer_does_not_close_a_server_three_do() -> None:
    server = fake(health="healthy")
    healths = []
    for _ in range(3):
        health.failed(server, errors.Interrupted("broke"))
        server.refresh_from_db()
        healths.append(server.health)
    assert healths == ["healthy", "healthy", "down"]


def test_wrong_request_says_nothing_about_the_server() -> None:
    server = fake(health="healthy")
    health.failed(server, errors.RequestRefused("bad"))
    server.refresh_from_db()
    assert (server.health, server.connect_failures, server.answer_failures) == ("healthy", 0, 0)


def test_rest_grows_and_is_bounded() -> None:
    server = fake(health="healthy", connect_failures=500)
    health.failed(server, errors.Unreachable("gone"))
    server.refresh_from_db()
    assert server.retry_at is not None
    assert server.retry_at - timezone.now() < timedelta(seconds=61)


def test_success_heals() -> None:
    server = fake(health="down", connect_failures=2, answer_failures=3, retry_at=timezone.now())
    health.served(server)
    server.refresh_from_db()
    assert (server.health, server.retry_at) == ("healthy", None)
    assert (server.connect_failures, server.answer_failures) == (0, 0)


def test_probe_that_fails_closes_a_server_at_once() -> None:
    server = fake()
    health.failed(server, errors.ServerFault("a page of HTML"), probing=True)
    server.refresh_from_db()
    assert (server.health, server.connect_failures, server.answer_failures) == ("down", 1, 0)
    assert breakers.connections(server, timezone.now()) is Breaker.OPEN


def failing_answers(server: Server) -> Server:
    for _ in range(breakers.FAULTS_BEFORE_REST):
        health.failed(server, errors.ServerFault("500"))
        server.refresh_from_db()
    return server


def test_answered_probe_does_not_open_the_door_to_a_server_whose_answers_fail() -> None:
    server = failing_answers(fake(health="healthy"))
    assert health.answered(server, seen("m")) is False
    server.refresh_from_db()
    assert (server.health, breakers.answers(server, timezone.now())) == ("down", Breaker.OPEN)
    assert breakers.connections(server, timezone.now()) is Breaker.CLOSED


def test_server_whose_answers_failed_comes_back_with_one_job_at_a_time() -> None:
    server = failing_answers(fake(health="healthy", slots=8))
    Server.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    server.refresh_from_db()
    assert health.answered(server, seen("m")) is True
    server.refresh_from_db()
    assert breakers.answers(server, timezone.now()) is Breaker.HALF_OPEN
    assert (server.health, breakers.slots(server)) == ("healthy", 1)
    health.failed(server, errors.ServerFault("500"))
    server.refresh_from_db()
    assert breakers.answers(server, timezone.now()) is Breaker.OPEN
    health.served(server)
    server.refresh_from_db()
    assert (breakers.answers(server, timezone.now()), breakers.slots(server)) == (Breaker.CLOSED, 8)


@given(st.integers(1, 2000))
def test_rests_only_grow(failures: int) -> None:
    assert 2.0 <= breakers.rest(failures) <= breakers.rest(failures + 1) <= breakers.LONGEST_REST


def test_drained_server_is_left_alone_and_asked_again_afterwards() -> None:
    server = register(name="x", adapter="fake", url="http://x.invalid", slots=1, aliases={"a": ""})
    drain(server)
    assert [one for one in resolve("a") if one.usable] == []
    assert (server.draining, server.paused) == (True, False)
    Server.objects.update(version="", probed_at=None)
    resume(server)
    server.refresh_from_db()
    assert (server.draining, server.version) == (False, "fake")  # it was probed
    assert [one.usable for one in resolve("a")] == [True]
    pause(server)
    assert [one for one in resolve("a") if one.usable] == []
