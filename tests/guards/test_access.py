"""Every address wants somebody to be signed in, unless it is listed here with a reason."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# name (with its namespace): why a stranger may open it
OPEN = {
    "account_login": "the door",
    "account_signup": "the way in",
    "account_logout": "without a session it leads home",
    "account_inactive": "tells somebody why they are not let in",
    "account_reset_password": "who forgot the password is not signed in",
    "account_reset_password_done": "the same",
    "account_reset_password_from_key": "the same, with a key from a mail",
    "account_reset_password_from_key_done": "the same",
    "account_email_verification_sent": "follows the sign-up",
    "account_confirm_email": "a link in a mail, with a key",
    "account_confirm_login_code": "a step of signing in",
    "account_reauthenticate": "sends strangers home or to the door",
    "mfa_authenticate": "the second step of signing in",
    "demo_login": "a signed link, only on a demo site's own machine; 404 elsewhere",
    "set_language": "changes the visitor's own cookie",
    "set_theme": "changes the visitor's own cookie",
    "course_schema": "describes the software to authors' editors, which have no session",
    "certificate": "whoever was given a certificate checks it; a code that nobody guesses",
    "unsubscribe": "a link in a mail, signed; looking changes nothing",
    "api:missing": "says that nothing is there",
}
EXAMPLES = {"uuid": str(uuid.UUID(int=1)), "int": "1", "slug": "example", "str": "example", "path": "1",
            "digest": "0" * 64}  # fmt: skip
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")


def addresses() -> Iterator[tuple[str, str]]:
    """(name, an example address) of each pattern."""
    yield from _walk(get_resolver().url_patterns, "/", "")


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = prefix + _example_of(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", route


def _example_of(pattern: URLPattern | URLResolver) -> str:
    route = str(pattern.pattern)
    if not route.startswith("^"):
        return PARAMETER.sub(lambda found: EXAMPLES[found.group(1) or "str"], route)
    # A regular expression: only the few shapes that occur are understood; the test below fails on others.
    route = re.sub(r"\(\?P<\w+>.*?\)(?=[/$-]|\Z)", "1", route.strip("^$"))
    return route.replace(".*", "nowhere").replace("\\Z", "").replace("\\", "")


ALL = sorted(set(addresses()))


def test_addresses_are_found() -> None:
    names = {name for name, _address in ALL}

    assert len(ALL) > 100
    assert {"home", "course", "exercise", "attempt_events", "review", "api:attempt", "admin:index", "keys"} <= names


@pytest.mark.django_db
def test_strangers_are_sent_away_from_every_address() -> None:
    client = Client()
    door = reverse("account_login")
    wrong: dict[str, str] = {}
    for name, address in ALL:
        if name in OPEN:
            continue
        answers = [client.get(address), client.post(address)]
        if not any(_sends_away(answer, door) for answer in answers) or any(
            _lets_in(answer, door) for answer in answers
        ):
            wrong[name] = f"{address}: {[answer.status_code for answer in answers]}"

    assert wrong == {}


def _sends_away(answer: Any, door: str) -> bool:
    if answer.status_code in {301, 302}:
        return str(answer["Location"]).startswith((door, "/admin/"))  # the admin's own pages lead on to the door
    return answer.status_code == 401


def _lets_in(answer: Any, door: str) -> bool:
    """A success, or a redirect to somewhere else than the door."""
    if answer.status_code in {301, 302}:
        return not _sends_away(answer, door)
    return bool(answer.status_code < 400)


def test_every_exception_is_still_an_address() -> None:
    names = {name for name, _address in ALL}

    assert sorted(set(OPEN) - names) == []
