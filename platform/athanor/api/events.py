"""The live events of an attempt."""

from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.decorators import api_view, renderer_classes
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from athanor.accounts.models import ApiKey, User
from athanor.api.documents import LAST_EVENT_ID, documented
from athanor.api.lookups import attempt_to_read
from athanor.streaming.attempt import events_of, last_event_id, respond
from athanor.streaming.readers import person_of_session, watch


class EventStreamRenderer(BaseRenderer):
    """Only so that `Accept: text/event-stream` is understood: the view answers with a stream of its own."""

    media_type = "text/event-stream"
    format = "events"

    def render(self, data: object, accepted_media_type: object = None, renderer_context: object = None) -> bytes:
        return JSONRenderer().render(data)


@documented(
    "events",
    parameters=[LAST_EVENT_ID],
    answers={
        200: OpenApiResponse(
            OpenApiTypes.STR, "Server-sent events: job, snapshot, delta, progress, waiting, run, score, review."
        )
    },
    summary="Live events of an attempt (server-sent events)",
)
@api_view(["GET"])
@renderer_classes([JSONRenderer, EventStreamRenderer])
def events(request: Request, attempt: UUID) -> HttpResponseBase:
    found = attempt_to_read(request, attempt)

    may_go_on = watch(attempt, lambda: _person(request))
    return respond(events_of(found, last_event_id=last_event_id(request), may_go_on=may_go_on))


def _person(request: Request) -> User | None:
    """Whose key or session this is now."""
    if isinstance(request.auth, ApiKey):
        key = ApiKey.objects.usable().select_related("user").filter(pk=request.auth.pk).first()
        return None if key is None else key.user
    return person_of_session(request.session.session_key or "")
