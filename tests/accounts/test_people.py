"""Who may call themselves what, and how second factors are kept."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django import Settings

from athanor.accounts.adapters import AccountAdapter, MFAAdapter
from athanor.accounts.models import User


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["al", "alice@school.example", "1alice", "аlice", "alice smith", "a" * 31, "<b>alice"])
def test_ill_formed_names_are_refused(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AccountAdapter().clean_username(name)

    assert refused.value.code == "username_shape"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Admin", "grader", "Student-2", "erased-1234"])
def test_reserved_names_are_refused(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AccountAdapter().clean_username(name)

    assert refused.value.code == "username_reserved"


@pytest.mark.django_db
def test_names_and_addresses_are_the_same_in_capitals() -> None:
    alice = User.objects.create_user("alice", "Alice@School.example", "a good password", first_name="Alice")

    assert alice.email == "alice@school.example"
    assert User.objects.get_by_natural_key("ALICE") == alice
    assert authenticate(username="Alice", password="a good password") == alice
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ALICE", "other@school.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("alice2", "ALICE@school.example")


@pytest.mark.django_db
def test_person_is_named_in_full_where_a_name_is_known() -> None:
    assert str(User(username="alice", first_name="Alice", last_name="Martin")) == "Alice Martin (alice)"
    assert str(User(username="alice")) == "alice"


def test_passwords_are_hashed_with_argon2(settings: Settings) -> None:
    from athanor.config import settings as shipped

    assert shipped.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_second_factor_is_kept_encrypted_and_survives_a_new_key(settings: Settings) -> None:
    kept = MFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert "JBSWY3DPEHPK3PXP" not in kept
    assert MFAAdapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"
