"""Personal keys for the API: make, revoke, recognise."""

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from athanor.accounts.backends import is_closed
from athanor.accounts.models import ApiKey, User
from workers import prepared
from workers.prepared import Given

KEYS_PER_PERSON = 20
NAME_LENGTH = 80
LAST_USED_STEP = timedelta(minutes=1)  # a busy script must not write a row on each request


class TooManyKeys(Exception):
    """The person holds the largest number of keys already."""


def make(*, user: User, name: str) -> tuple[ApiKey, str]:
    """Create a key; return the row and the key in clear, which nobody can read again. Raises TooManyKeys."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two clicks at once must not pass the limit together
        if ApiKey.objects.usable().filter(user=user).count() >= KEYS_PER_PERSON:
            raise TooManyKeys
        return ApiKey.make(user=user, name=name.strip()[:NAME_LENGTH] or "key")


def revoke(*, user: User, key_id: int) -> bool:
    """Make a key of `user` useless at once; say whether there was such a usable key."""
    found = ApiKey.objects.usable().filter(user=user, pk=key_id)
    return found.update(revoked_at=timezone.now()) == 1


def authenticate(key: str) -> ApiKey | None:
    """The usable key of an active person with this clear text, or None."""
    found = next(iter(prepared.objects("usable key", _usable, ApiKey.digest_of(key))), None)
    if found is None or is_closed(found.user):
        return None
    _note_use(found)
    return found


def _usable() -> models.QuerySet[ApiKey]:
    named = ApiKey.objects.usable().select_related("user").filter(digest=Given(0, models.CharField()))
    return named.order_by("pk")


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    stale = models.Q(last_used_at=None) | models.Q(last_used_at__lt=now - LAST_USED_STEP)
    if key.last_used_at is None or key.last_used_at < now - LAST_USED_STEP:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
