"""People whom somebody names: found by user name or address, never picked from a list of everybody."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from athanor.accounts.models import User

MOST_AT_ONCE = 2000


def people_called(names: Iterable[str]) -> dict[str, User]:
    """Typed name → person, for those that exist and are active."""
    wanted = set(names)
    rows = User.objects.filter(is_active=True).alias(lower_name=Lower("username"), lower_email=Lower("email"))
    found: dict[str, User] = {}
    for person in rows.filter(Q(lower_name__in=wanted) | Q(lower_email__in=wanted)):
        found.update({name: person for name in (person.username.lower(), person.email.lower()) if name in wanted})
    return found
