"""Guessing join codes is limited; a lost cache and a class that joins at once are not."""

import pytest
from django.core.cache import cache
from pytest_django import Settings

from athanor.accounts import joining, limits
from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.people.errors import WrongCode

ADDRESS = "192.0.2.7"


@pytest.fixture(autouse=True)
def memory_cache(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}
    cache.clear()


@pytest.fixture
def course() -> Course:
    return Course.objects.create(slug="prompting", title={"en": "Prompting"}, published=True, join_code="ABCDEFGH")


def person(number: int) -> User:
    return User.objects.create_user(f"student{number}", f"student{number}@school.example")


@pytest.mark.django_db
def test_person_is_stopped_after_ten_wrong_codes(course: Course) -> None:
    user = person(1)
    for _try in range(limits.WRONG_CODES_PER_PERSON):
        with pytest.raises(WrongCode):
            joining.join(user=user, code="ZZZZZZZZ", address=ADDRESS)

    with pytest.raises(limits.TooManyTries) as stopped:
        joining.join(user=user, code=course.join_code, address=ADDRESS)

    assert 1 <= stopped.value.retry_after <= limits.WINDOW
    assert joining.join(user=person(2), code=course.join_code, address=ADDRESS).course == course


@pytest.mark.django_db
def test_address_is_stopped_after_fifty_wrong_codes(course: Course) -> None:
    for number in range(limits.WRONG_CODES_PER_ADDRESS):
        limits.note_wrong_code(user_id=number + 1000, address=ADDRESS)
    newcomer = person(1)

    with pytest.raises(limits.TooManyTries):
        joining.join(user=newcomer, code=course.join_code, address=ADDRESS)

    assert joining.join(user=newcomer, code=course.join_code, address="192.0.2.8").user == newcomer


@pytest.mark.django_db
def test_right_codes_do_not_count(course: Course) -> None:
    user = person(1)
    for _try in range(limits.WRONG_CODES_PER_PERSON + 5):
        joining.join(user=user, code=course.join_code, address=ADDRESS)

    limits.check_can_try_code(user_id=user.pk, address=ADDRESS)


@pytest.mark.django_db
def test_nobody_is_stopped_while_redis_is_away(course: Course, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "athanor.config.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",  # nothing listens there
            "KEY_PREFIX": "cache",
        }
    }
    user = person(1)
    for _try in range(limits.WRONG_CODES_PER_PERSON + 5):
        with pytest.raises(WrongCode):
            joining.join(user=user, code="ZZZZZZZZ", address=ADDRESS)

    assert joining.join(user=user, code=course.join_code, address=ADDRESS).user == user
