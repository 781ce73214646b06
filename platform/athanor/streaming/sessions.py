"""Who a session belongs to now, asked apart from a request: a stream outlives its request's own answer."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from athanor.accounts.models import User


def person_of_session(session_key: str) -> User | None:
    """The active person who is signed in with this session and whose password has not changed since; else None."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    same = user is not None and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if same else None
