"""Signing up and in: no account is given away, guessing is slowed down, the second factor is asked."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from athanor.accounts.models import User
from tests.factories import make_user
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def alice() -> User:
    alice = make_user(username="alice", email="alice@school.example")
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    return alice


def sign_in(client: Client, login: str, password: str, to: str = "") -> object:
    address = reverse("account_login") + (f"?next={to}" if to else "")
    return client.post(address, {"login": login, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@school.example", "Alice@School.Example"])
def test_person_signs_in_by_name_or_address(login: str, client: Client, alice: User) -> None:
    answer = sign_in(client, login, PASSWORD)

    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert answer["Location"] == reverse("home")  # type: ignore[index]
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("wanted", "reached"), [("/account/", "/account/"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_sign_in_leads_only_to_our_own_pages(wanted: str, reached: str, client: Client, alice: User) -> None:
    assert sign_in(client, "alice", PASSWORD, to=wanted)["Location"] == reached  # type: ignore[index]


def test_wrong_password_and_unknown_person_get_the_same_answer(client: Client, alice: User) -> None:
    wrong = sign_in(client, "alice", "a wrong password")
    unknown = sign_in(client, "nobody", "a wrong password")

    errors = [answer.context["form"].errors.as_json() for answer in (wrong, unknown)]  # type: ignore[attr-defined]
    assert errors[0] == errors[1]


def test_guessing_is_slowed_down(client: Client, alice: User) -> None:
    for _guess in range(5):
        sign_in(client, "alice", "a wrong password")

    answer = sign_in(client, "alice", PASSWORD)

    assert not is_signed_in(client)
    assert answer.status_code in {200, 429}  # type: ignore[attr-defined]


def test_sign_in_works_while_redis_is_away(client: Client, alice: User, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "athanor.config.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",  # nothing listens there
            "KEY_PREFIX": "cache",
        }
    }
    sign_in(client, "alice", PASSWORD)

    assert is_signed_in(client)


def fields(**changes: str) -> dict[str, str]:
    return {
        "username": "newcomer", "email": "newcomer@school.example", "password1": "a long good password",
        "password2": "a long good password", **changes,
    }  # fmt: skip


def test_sign_up_asks_for_the_address_to_be_confirmed(client: Client) -> None:
    client.post(reverse("account_signup"), fields())

    assert User.objects.get(username="newcomer").email == "newcomer@school.example"
    assert [message.to for message in mail.outbox] == [["newcomer@school.example"]]
    assert not is_signed_in(client)


def test_sign_up_needs_no_mail_on_a_demo_site(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.ACCOUNT_EMAIL_VERIFICATION", "none", raising=False)

    client.post(reverse("account_signup"), fields())

    assert is_signed_in(client)
    assert mail.outbox == []


def test_sign_up_does_not_say_which_addresses_are_known(client: Client, alice: User) -> None:
    fresh = client.post(reverse("account_signup"), fields())
    known = Client().post(reverse("account_signup"), fields(username="other", email="alice@school.example"))

    assert (fresh.status_code, fresh["Location"]) == (known.status_code, known["Location"])
    assert not User.objects.filter(username="other").exists()


def test_password_reset_does_not_say_which_addresses_are_known(client: Client, alice: User) -> None:
    known = client.post(reverse("account_reset_password"), {"email": "alice@school.example"})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@school.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "newcomer12"])
def test_weak_passwords_are_refused(password: str, client: Client) -> None:
    client.post(reverse("account_signup"), fields(password1=password, password2=password))

    assert not User.objects.exists()


def test_second_factor_is_asked_and_kept_encrypted(client: Client, alice: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)

    answer = sign_in(client, "alice", PASSWORD)
    assert not is_signed_in(client)
    assert answer["Location"] == reverse("mfa_authenticate")  # type: ignore[index]

    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert is_signed_in(client)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert get_adapter().decrypt(kept) == secret


def test_flood_of_sign_ins_is_told_when_to_come_back(client: Client, alice: User) -> None:
    answers = [sign_in(client, f"nobody-{number}", "a wrong guess") for number in range(31)]

    assert answers[-1].status_code == 429  # type: ignore[attr-defined]
    assert answers[-1]["Retry-After"] == "60"  # type: ignore[index]
    assert "A little slower, please" in answers[-1].content.decode()  # type: ignore[attr-defined]
