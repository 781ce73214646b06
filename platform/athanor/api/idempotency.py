"""The header that makes a repeated request harmless."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

LENGTH = 80


def key_of(request: Request) -> str:
    """The Idempotency-Key, or an empty text. Raises ValidationError for one that is too long."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LENGTH:
        raise ValidationError({"Idempotency-Key": [_("At most %(most)d characters.") % {"most": LENGTH}]})
    return key
