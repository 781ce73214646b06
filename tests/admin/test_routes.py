"""Where an alias leads, on its form: what is refused, and what is only said."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from tests.factories import make_alias, make_server
from workers.backends.models import ModelAlias, Route, Server, ServerModel

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruler(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


@pytest.fixture
def alias() -> ModelAlias:
    return ModelAlias.objects.create(name="chat-small")


def save(client: Client, alias: ModelAlias, *routes: dict[str, Any], **fields: Any) -> Any:
    given = {"name": alias.name, "pool": "text", "routes-TOTAL_FORMS": len(routes), "routes-INITIAL_FORMS": 0, **fields}
    for number, route in enumerate(routes):
        whole = {"position": 0, "model": "", **route}
        given |= {f"routes-{number}-{name}": value for name, value in whole.items()}
    return client.post(reverse("admin:backends_modelalias_change", args=[alias.pk]), given, follow=True)


def said(response: Any) -> list[str]:
    return [str(one) for one in response.context["messages"]]


def faults(response: Any) -> dict[str, Any]:
    [formset] = response.context["inline_admin_formsets"]
    return dict(formset.formset.errors[0])


def test_route_is_kept_with_its_limits(ruler: Client, alias: ModelAlias) -> None:
    server = make_server()
    save(
        ruler, alias,
        {"server": server.pk, "weight": "2", "max_prompt_tokens": "4000", "purposes": ["chat", "judge"], "position": 3},
    )  # fmt: skip
    route = Route.objects.get()
    assert (route.position, route.weight, route.max_prompt_tokens) == (3, 2.0, 4000)
    assert route.purposes == ["chat", "judge"]


@pytest.mark.parametrize(
    ("route", "fields", "server", "wrong"),
    [
        ({"min_prompt_tokens": 9, "max_prompt_tokens": 8}, {}, {}, "max_prompt_tokens"),
        ({"weight": "0"}, {}, {}, "weight"),
        ({"purposes": ["dance"]}, {}, {}, "purposes"),
        ({}, {}, {"pool": "image"}, "server"),
        ({}, {"local_only": "on"}, {"local": False}, "server"),
    ],
)
def test_route_that_serves_nothing_is_refused(
    ruler: Client, alias: ModelAlias, route: dict[str, Any], fields: dict[str, Any], server: dict[str, Any], wrong: str
) -> None:
    answer = save(ruler, alias, {"server": make_server(**server).pk, **route}, **fields)
    assert list(faults(answer)) == [wrong]
    assert not Route.objects.exists()


def test_what_no_route_takes_is_said(ruler: Client, alias: ModelAlias) -> None:
    small, judge = make_server(), make_server()
    answer = save(
        ruler, alias, {"server": small.pk, "max_prompt_tokens": 4000}, {"server": judge.pk, "purposes": ["judge"]}
    )
    [text] = [text for text in said(answer) if "no route takes" in text]
    assert "4,001 tokens and more" in text
    assert "judging" not in text


def test_alias_that_leads_nowhere_or_away_is_said(ruler: Client, alias: ModelAlias) -> None:
    assert any("leads nowhere" in text for text in said(save(ruler, alias)))
    away = save(ruler, alias, {"server": make_server(local=False).pk})
    assert any("off our premises only" in text for text in said(away))


def test_model_that_the_server_does_not_have_is_said(ruler: Client, alias: ModelAlias) -> None:
    server = make_server(name="lab-1")
    ServerModel.objects.create(server=server, name="qwen:latest", seen_at="2026-01-01T00:00Z")
    assert not [text for text in said(save(ruler, alias, {"server": server.pk, "model": "qwen"})) if "lab-1" in text]
    Route.objects.all().delete()
    answer = save(ruler, alias, {"server": server.pk, "model": "llama"})
    assert any("lab-1 was not seen to have llama; it has: qwen:latest." in text for text in said(answer))


def test_routes_are_added_on_the_page_of_a_server(ruler: Client) -> None:
    make_alias(server=make_server(name="lab-1"))
    page = ruler.get(reverse("admin:backends_server_change", args=[Server.objects.get().pk])).content.decode()
    assert 'name="routes-0-alias"' in page
