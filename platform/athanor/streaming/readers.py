"""Who reads a stream, and may they still? Asked apart from a request: a stream outlives its request's own answer."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.utils.crypto import constant_time_compare

from athanor.accounts.backends import is_closed
from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.attempts.rules import can_see_attempt
from courses.playground.models import Conversation
from courses.playground.rules import can_see_conversation


def person_of_session(session_key: str) -> User | None:
    """The active person who is signed in with this session and whose password has not changed since; else None."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    same = user is not None and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if user is not None and same and not is_closed(user) else None


def watch(attempt_id: UUID, who: Callable[[], User | None]) -> Callable[[], Awaitable[bool]]:
    """A question for `events_of`: is somebody there still (`who`), and may they still see the attempt?"""
    return ask_again(lambda: may_still_read(attempt_id, who()))


def watch_conversation(conversation_id: UUID, who: Callable[[], User | None]) -> Callable[[], Awaitable[bool]]:
    """The same for a conversation of the playground."""
    return ask_again(lambda: _may_still_play(conversation_id, who()))


def ask_again(question: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    """A question to the database, in a thread of its own; a stream keeps no connection between two looks."""

    def asked() -> bool:
        try:
            return question()
        finally:
            connections.close_all()

    return sync_to_async(asked, thread_sensitive=False)


def _may_still_play(conversation_id: UUID, person: User | None) -> bool:
    found = Conversation.objects.filter(pk=conversation_id).first()
    return person is not None and found is not None and can_see_conversation(person, found)


def may_still_read(attempt_id: UUID, person: User | None) -> bool:
    found = Attempt.objects.select_related("exercise__module__course").filter(pk=attempt_id).first()
    return person is not None and found is not None and can_see_attempt(person, found)
