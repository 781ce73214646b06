"""Pieces of the OpenAPI schema: how to sign in, which errors there are, the header that makes a repetition harmless."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema

from athanor.api import outputs

View = TypeVar("View", bound=Callable[..., Any])

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any text of at most 80 characters. A repetition with the same key does nothing and answers the same.",
)
LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID", int, OpenApiParameter.HEADER, description="Events after this one are sent again."
)
REFUSED = {
    400: outputs.Error, 401: outputs.Error, 403: outputs.Error, 404: outputs.Error, 409: outputs.Error,
    413: outputs.Error, 422: outputs.Error, 429: outputs.Error, 503: outputs.Error,
}  # fmt: skip


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "athanor.api.authentication.ApiKeyAuthentication"
    name = "personalKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal key: made on the page of your keys."}


def documented(
    operation_id: str, *, answers: dict[int, Any], refusals: tuple[int, ...] = (), **facts: Any
) -> Callable[[View], View]:
    """Describe a view: what it answers, and which refusals may come beside 401 and 404."""
    responses = {**answers, **{status: REFUSED[status] for status in (401, 404, *refusals)}}
    return extend_schema(operation_id=operation_id, responses=responses, **facts)
