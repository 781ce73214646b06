"""JSON bodies: of a bounded size, and only what the database can keep."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


def body_too_large() -> str:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1000
    return _("The body is too large: at most %(most)d kB are accepted.") % {"most": most}


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "body_too_large"


class StrictJSONParser(JSONParser):
    """Raises BodyTooLarge (413), or ParseError (400) for what is not JSON, too deep, or no text."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge(body_too_large())
        try:
            data = json.loads(raw, parse_constant=_refuse)
            json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair is valid JSON, but no text
        except (ValueError, RecursionError) as error:  # ValueError: also UnicodeError and JSONDecodeError
            raise ParseError(_("The body is not valid JSON: %(detail)s.") % {"detail": _reason(error)}) from error
        if _holds_zero(data):  # valid JSON too, but no database keeps it
            raise ParseError(_("The body holds a zero character, which cannot be kept."))
        return data


def _holds_zero(data: Any) -> bool:
    if isinstance(data, dict):
        return any("\0" in key or _holds_zero(value) for key, value in data.items())
    if isinstance(data, list):
        return any(_holds_zero(value) for value in data)
    return isinstance(data, str) and "\0" in data


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return _("nested too deeply")
    if isinstance(error, UnicodeError):
        return _("not UTF-8 text")
    return str(error)
