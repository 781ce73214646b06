"""Language and time zone of the signed-in person, in both kinds of server."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone, translation

from athanor.accounts.middleware import UserPreferencesMiddleware


def seen() -> HttpResponse:
    return HttpResponse(f"{translation.get_language()} {timezone.get_current_timezone_name()}")


def request_of(user: object) -> Any:
    async def auser() -> object:
        return user

    return SimpleNamespace(user=user, auser=auser, LANGUAGE_CODE="en")


CASES = [
    ({"language": "fr", "time_zone": "Europe/Paris"}, b"fr Europe/Paris"),
    ({"language": "", "time_zone": ""}, b"en UTC"),
    ({"language": "tlh", "time_zone": "Mars/Olympus"}, b"en UTC"),
    ({"language": "fr", "time_zone": "Europe"}, b"fr UTC"),
    ({"language": "fr", "time_zone": "../../etc/passwd"}, b"fr UTC"),
    ({}, b"en UTC"),  # nobody is signed in
]


@pytest.mark.parametrize(("preferences", "expected"), CASES)
def test_preferences_hold_in_a_synchronous_server(preferences: dict[str, str], expected: bytes) -> None:
    middleware = UserPreferencesMiddleware(lambda request: seen())

    with translation.override("en"):
        response = middleware(request_of(SimpleNamespace(**preferences)))

    assert response.content == expected  # type: ignore[union-attr]


@pytest.mark.parametrize(("preferences", "expected"), CASES)
def test_preferences_hold_in_an_asynchronous_server(preferences: dict[str, str], expected: bytes) -> None:
    async def view(request: object) -> HttpResponse:
        await asyncio.sleep(0)
        return seen()

    async def answer() -> HttpResponse:
        with translation.override("en"):
            return await UserPreferencesMiddleware(view)(request_of(SimpleNamespace(**preferences)))  # type: ignore

    assert asyncio.run(answer()).content == expected
