"""Which work a route takes: by size, by purpose, by premises; and how equal routes share it."""

from collections import Counter
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_alias, make_server
from workers.backends.models import ModelAlias, Route, Server
from workers.backends.requests import ChatRequest, EmbedRequest, Message
from workers.backends.routing import Bar, Demand, Limits, band, lot, purpose_of
from workers.backends.selectors import everywhere, resolve, resolve_for

SHORT, LONG = Limits(most=4000), Limits(least=4001)
sizes = st.one_of(st.none(), st.integers(0, 5000))


def one(tokens: int, **more: object) -> Demand:
    return Demand("a", least=tokens, below=tokens + 1)._replace(**more)  # type: ignore[arg-type]


def test_route_without_limits_takes_everything() -> None:
    assert Limits().bar(Demand("a"), local=False) is None


@pytest.mark.parametrize(
    ("tokens", "short", "long"), [(0, None, "too_short"), (4000, None, "too_short"), (4001, "too_long", None)]
)
def test_prompts_go_where_they_fit(tokens: int, short: str | None, long: str | None) -> None:
    assert SHORT.bar(one(tokens), local=True) == short
    assert LONG.bar(one(tokens), local=True) == long


def test_route_takes_only_its_purposes() -> None:
    judge = Limits(purposes=("judge",))
    assert judge.bar(one(1, purpose="judge"), local=True) is None
    assert judge.bar(one(1), local=True) is Bar.OTHER_WORK


@pytest.mark.parametrize(("of_alias", "of_job"), [(True, False), (False, True)])
def test_private_work_stays_on_our_premises(of_alias: bool, of_job: bool) -> None:
    limits, demand = Limits(local_only=of_alias), one(1, local_only=of_job)
    assert limits.bar(demand, local=False) is Bar.OFF_PREMISES
    assert limits.bar(demand, local=True) is None


@given(st.lists(st.builds(Limits, sizes, sizes), max_size=4), st.integers(0, 6000))
def test_a_band_is_wholly_in_or_wholly_out(limits: list[Limits], tokens: int) -> None:
    least, below = band(limits, tokens)
    assert least <= tokens
    assert below is None or tokens < below
    for each in limits:
        both = Demand("a", least=least, below=below)
        assert (each.bar(both, local=True) is None) == (each.bar(one(tokens), local=True) is None)


def test_request_tells_its_purpose() -> None:
    words = [Message(role="user", content="x")]
    assert purpose_of(ChatRequest(messages=words)) == "chat"
    assert purpose_of(ChatRequest(messages=words, tools=[{"type": "function"}])) == "tools"
    assert purpose_of(EmbedRequest(texts=["x"])) == "embed"
    assert Demand("a", "judge").task == Demand("a", "tools").task == "chat"


def test_lots_follow_the_weights_and_stay() -> None:
    weights = {1: 3.0, 2: 1.0}

    def drawn(number: int, without: int = 0) -> int:
        left = [server for server in weights if server != without]
        return max(left, key=lambda server: lot(UUID(int=number), server, weights[server]))

    found = Counter(drawn(number) for number in range(4000))
    assert 0.72 < found[1] / 4000 < 0.78
    assert all(drawn(number) == drawn(number) for number in range(50))
    assert all(drawn(number, without=2) == 1 for number in range(50))


@pytest.mark.django_db
def test_routes_of_an_alias_are_asked_about_the_job() -> None:
    small, large, cloud = (make_server(name=name, local=name != "cloud") for name in ("small", "large", "cloud"))
    for place, server in enumerate((small, large, cloud)):
        make_alias(name="a", server=server)
        Route.objects.filter(server=server).update(position=place)
    Route.objects.filter(server=small).update(max_prompt_tokens=4000, purposes=["chat"])

    def leads(demand: Demand) -> list[str]:
        return [each.server.name for each in resolve_for(demand)]

    assert leads(one(10)) == ["small", "large", "cloud"]
    assert leads(one(5000)) == leads(one(10, purpose="judge")) == ["large", "cloud"]
    assert leads(one(5000, local_only=True)) == ["large"]
    assert [each.server.name for each in resolve("a")] == ["small", "large", "cloud"]

    ModelAlias.objects.update(local_only=True)
    assert leads(one(10)) == ["small", "large"]
    assert len(everywhere("a")) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("route", "server", "alias", "field"),
    [
        ({"min_prompt_tokens": 10, "max_prompt_tokens": 9}, {}, {}, "max_prompt_tokens"),
        ({}, {"pool": "image"}, {}, "server"),
        ({}, {"local": False}, {"local_only": True}, "server"),
        ({"weight": 0}, {}, {}, "weight"),
    ],
)
def test_route_that_could_serve_nothing_is_refused(
    route: dict[str, object], server: dict[str, object], alias: dict[str, object], field: str
) -> None:
    leads = Route(alias=ModelAlias.objects.create(name="a", **alias), server=make_server(**server), model="m", **route)
    with pytest.raises(ValidationError) as caught:
        leads.full_clean()
    assert list(caught.value.message_dict) == [field]
    assert Server.objects.count() == 1
