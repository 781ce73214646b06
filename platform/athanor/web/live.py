"""Server-sent events of an attempt, for its page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_GET

from athanor.accounts.models import User
from athanor.streaming.attempt import events_of, last_event_id, respond
from athanor.streaming.readers import person_of_session, watch
from athanor.web.people import person
from courses.attempts import rules
from courses.attempts.models import Attempt


@require_GET
def attempt_events(request: HttpRequest, attempt: UUID) -> HttpResponseBase:
    """An EventSource cannot follow a redirect to the sign-in page: without a session the answer is a plain 401."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    found = _find(person(request), attempt)
    session = request.session.session_key or ""
    may_go_on = watch(attempt, lambda: person_of_session(session))
    return respond(events_of(found, last_event_id=last_event_id(request), may_go_on=may_go_on))


def _find(user: User, attempt: UUID) -> Attempt:
    found = get_object_or_404(Attempt.objects.select_related("exercise__module__course"), pk=attempt)
    rules.check_can_see_attempt(user, found)
    return found


urlpatterns = [path("attempts/<uuid:attempt>/events/", attempt_events, name="attempt_events")]
