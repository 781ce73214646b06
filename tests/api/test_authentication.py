"""Keys and sessions."""

import logging

import pytest
from django.test import Client

from athanor.accounts import keys
from athanor.accounts.models import ApiKey, User
from tests.api.conftest import Place


def test_key_opens_the_api(client: Client, alice: User) -> None:
    answer = client.get("/api/v1/me/")

    assert answer.status_code == 200
    assert answer.json()["username"] == "alice"
    assert [row["course"] for row in answer.json()["enrolments"]] == ["prompting"]


def test_session_opens_the_api_for_reading(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    assert browser.get("/api/v1/me/").json()["username"] == "alice"


def test_session_needs_a_csrf_token_to_write(alice: User, place: Place) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    answer = browser.post(f"{place.address}attempts/")

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "permission_denied"


def test_key_needs_no_csrf_token(client: Client, place: Place) -> None:
    assert client.post(f"{place.address}attempts/").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ath_wrong", "Bearer a b", "Basic YWxpY2U6eA==", "Bearer é"])
def test_stranger_is_asked_to_sign_in(header: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = Client(headers=headers).get("/api/v1/courses/")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="athanor"'
    assert set(answer.json()["error"]) == {"code", "message"}


def test_revoked_key_is_refused_at_once(client: Client) -> None:
    ApiKey.objects.get().delete()

    assert client.get("/api/v1/me/").status_code == 401


def test_key_is_never_logged(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    _row, clear = keys.make(user=alice, name="test")
    with caplog.at_level(logging.DEBUG):
        Client(headers={"Authorization": f"Bearer {clear}"}).get("/api/v1/me/")
        Client(headers={"Authorization": f"Bearer {clear}x"}).get("/api/v1/me/")
        Client(headers={"Authorization": f"Bearer {clear}"}).get("/api/v1/nowhere/")

    assert clear not in caplog.text


def test_answers_are_in_the_language_of_the_person(alice: User, client: Client, place: Place) -> None:
    User.objects.update(language="fr")

    assert client.get("/api/v1/courses/").json()["results"][0]["title"] == "Titre de prompting"
    User.objects.update(language="en")
    assert client.get("/api/v1/courses/").json()["results"][0]["title"] == "Title of prompting"
