"""No address is forgotten: each is looked at as a page, or listed with the reason why it is none."""

import pytest
from django.test import Client

from tests.guards.test_access import ALL
from tests.pages.addresses import NAMES, no_pages, places
from tests.pages.visits import VISITS
from tests.pages.world import busy_school

pytestmark = pytest.mark.django_db


def test_every_address_is_a_page_or_has_a_reason_and_every_page_opens() -> None:
    world = busy_school()
    found = places(world)
    pages = {place.name.split(": ")[0] for place in found}
    clients: dict[str | None, Client] = {None: Client()}
    wrong: dict[str, object] = {}
    for place in found:
        if place.who is not None and place.who not in clients:
            clients[place.who] = Client()
            clients[place.who].cookies["sessionid"] = world.cookie_of(place.who)
        answer = clients[place.who].get(place.path, follow="from_key" in place.name)
        if answer.status_code != place.status or b"<!doctype html>" not in answer.content[:200].lower():
            wrong[place.name] = (answer.status_code, answer.get("Location"), place.path)

    assert sorted(NAMES - pages - set(no_pages())) == []
    assert sorted(pages & set(no_pages())) == []
    assert sorted(set(no_pages()) - NAMES) == []
    assert wrong == {}


def test_what_takes_a_form_opens_nothing(client: Client, django_user_model: type) -> None:
    client.force_login(django_user_model.objects.create_superuser(username="root", email="r@example.org"))
    posts = {name for name, visit in VISITS.items() if visit.method != "get"}

    opened = {name: client.get(address).status_code for name, address in ALL if name in posts}

    assert {name: status for name, status in opened.items() if status != 405} == {}
