"""Personal keys: shown once, kept as a hash, useless once revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from athanor.accounts import keys
from athanor.accounts.models import ApiKey, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", "alice@school.example")


def test_key_is_recognised_and_only_its_hash_is_kept(alice: User) -> None:
    row, clear = keys.make(user=alice, name="  laptop ")

    found = keys.authenticate(clear)

    assert found == row
    assert row.name == "laptop"
    kept = ApiKey.objects.values().get()
    assert clear not in [str(value) for value in kept.values()]
    assert clear.startswith(row.prefix)


def test_wrong_key_is_nobody(alice: User) -> None:
    keys.make(user=alice, name="laptop")

    assert keys.authenticate("ath_not-a-key") is None
    assert keys.authenticate("") is None


def test_revoked_key_is_nobody_at_once(alice: User) -> None:
    row, clear = keys.make(user=alice, name="laptop")

    assert keys.revoke(user=alice, key_id=row.pk) is True

    assert keys.authenticate(clear) is None
    assert keys.revoke(user=alice, key_id=row.pk) is False


def test_nobody_revokes_the_key_of_another(alice: User) -> None:
    row, clear = keys.make(user=alice, name="laptop")
    bob = User.objects.create_user("bob", "bob@school.example")

    assert keys.revoke(user=bob, key_id=row.pk) is False
    assert keys.authenticate(clear) == row


def test_key_of_an_inactive_person_is_nobody(alice: User) -> None:
    _row, clear = keys.make(user=alice, name="laptop")
    User.objects.update(is_active=False)

    assert keys.authenticate(clear) is None


def test_last_use_is_written_once_a_minute(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    row, clear = keys.make(user=alice, name="laptop")
    keys.authenticate(clear)
    row.refresh_from_db()
    first = row.last_used_at

    with django_assert_num_queries(1):
        keys.authenticate(clear)
    row.refresh_from_db()
    assert row.last_used_at == first

    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    keys.authenticate(clear)
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert first is not None
    assert row.last_used_at >= first


def test_number_of_keys_is_limited_but_revoked_ones_do_not_count(alice: User) -> None:
    made = [keys.make(user=alice, name=str(number))[0] for number in range(keys.KEYS_PER_PERSON)]

    with pytest.raises(keys.TooManyKeys):
        keys.make(user=alice, name="one more")
    keys.revoke(user=alice, key_id=made[0].pk)

    assert keys.make(user=alice, name="one more")[0].name == "one more"
