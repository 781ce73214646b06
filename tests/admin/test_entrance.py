"""Who gets into the admin, and how."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, reverse

from athanor.accounts.models import User
from tests.admin.conftest import Place, client_of


def urls() -> Iterator[str]:
    """One address for each pattern of the admin."""
    yield from _patterns(admin.site.urls[0], "")


def _patterns(found: list[URLPattern], prefix: str) -> Iterator[str]:
    from django.urls import URLResolver

    for one in found:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, route)
        elif "(?P" not in route:
            yield "/admin/" + route.replace("<path:object_id>", "1").replace("<int:content_type_id>", "1").replace(
                "<path:object_id>", "1"
            ).replace("<id>", "1")


ADDRESSES = sorted(set(urls()))


@pytest.mark.django_db
def test_every_page_sends_strangers_to_the_sign_in_page(client: Client) -> None:
    doors = (reverse("account_login"), reverse("admin:login"))
    answers = {address: client.get(address) for address in ADDRESSES}

    assert len(ADDRESSES) > 50
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 302} == {}
    assert [address for address, answer in answers.items() if not answer["Location"].startswith(doors)] == [
        reverse("admin:logout")  # leads to the index, and so to the sign-in page
    ]


def test_every_page_is_closed_to_graders_and_students(bob: User, place_a: Place) -> None:
    for user in (bob, place_a.student):
        client = client_of(user)
        for address in ADDRESSES:
            if address == reverse("admin:logout"):
                continue  # it only leads to the site's own page
            assert client.get(address, follow=True).status_code == 403, address


def test_inactive_instructor_is_a_stranger(alice: User) -> None:
    client = client_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.django_db
def test_sign_in_is_the_one_of_the_site(client: Client) -> None:
    """With its second factor and its limits."""
    address = reverse("admin:catalog_course_changelist")
    response = client.get(address, follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next={address}"


def test_admin_has_a_policy_of_its_own(alice: User) -> None:
    client = client_of(alice)
    policy = client.get(reverse("admin:index"))["Content-Security-Policy"]

    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'", "'unsafe-eval'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert "unsafe-eval" not in client.get(reverse("home"))["Content-Security-Policy"]
