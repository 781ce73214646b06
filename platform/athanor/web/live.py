"""Server-sent events of an attempt, for its page."""

from importlib import import_module
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from athanor.accounts.models import User
from athanor.streaming.attempt import events_of, last_event_id, respond
from courses.attempts import rules
from courses.attempts.models import Attempt


@require_GET
async def attempt_events(request: HttpRequest, attempt: UUID) -> HttpResponseBase:
    """An EventSource cannot follow a redirect to the sign-in page: without a session the answer is a plain 401."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=401)
    found = await sync_to_async(_find)(user.pk, attempt)
    session = request.session.session_key or ""
    return respond(
        events_of(
            found,
            last_event_id=last_event_id(request),
            may_go_on=lambda: sync_to_async(_may_go_on, thread_sensitive=False)(session, attempt),
        )
    )


def _find(user_id: int, attempt: UUID) -> Attempt:
    found = get_object_or_404(Attempt.objects.select_related("exercise__module__course"), pk=attempt)
    rules.check_can_see_attempt(User.objects.get(pk=user_id), found)
    return found


def _may_go_on(session_key: str, attempt: UUID) -> bool:
    """Is this session still signed in, with the same password, and may its person still see the attempt?"""
    try:
        return _is_signed_in_and_allowed(session_key, attempt)
    finally:
        connections.close_all()  # a stream keeps no connection between two looks


def _is_signed_in_and_allowed(session_key: str, attempt: UUID) -> bool:
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return False
    found = Attempt.objects.select_related("exercise__module__course").filter(pk=attempt).first()
    return found is not None and rules.can_see_attempt(user, found)


urlpatterns = [path("attempts/<uuid:attempt>/events/", attempt_events, name="attempt_events")]
