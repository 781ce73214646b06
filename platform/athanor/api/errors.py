"""Every refusal of the API has one form: {"error": {"code", "message", "fields"?}}, in the person's language.

400  the body is not JSON                    401  nobody is signed in         403  not allowed
404  not there, or not for this person       409  already submitted           413  body too large
422  understood and refused                  429  too much, with Retry-After  503  a fault of ours
"""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from athanor.accounts.limits import TooManyTries
from athanor.api.parsers import body_too_large
from courses.attempts import quota
from courses.attempts.errors import AttemptRefused, InvalidPayload
from courses.kinds.work import Refusal
from courses.people.errors import JoinRefused, WrongCode
from courses.texts import localise
from workers.scheduling.errors import NoSuchAlias, QuotaUsed, TooManyJobs

logger = logging.getLogger(__name__)
CONFLICTS = frozenset(
    {"submitted", "request_open", "request_ended", "request_changed", "request_taken"}
)  # refusals because the attempt is in another state by now


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into a response; None for what nobody expected, which then is a 500 and is logged."""
    response = _ours(error) or _of_the_framework(error)
    if response is not None:
        set_rollback()
    return response


def refusal(
    status: int, code: str, message: str, *, fields: Mapping[str, Any] | None = None, retry_after: float | None = None
) -> Response:
    error: dict[str, Any] = {"code": code, "message": message}
    if fields is not None:
        error["fields"] = fields
    headers = None if retry_after is None else {"Retry-After": str(max(1, math.ceil(retry_after)))}
    return Response({"error": error}, status=status, headers=headers)


def _ours(error: Exception) -> Response | None:
    match error:
        case InvalidPayload():
            return refusal(422, error.code, _text(error.text), fields=_by_field(error.errors))
        case AttemptRefused():
            return refusal(409 if error.code in CONFLICTS else 422, error.code, _text(error.text))
        case Refusal():
            return refusal(422, error.code, _text(error.text))
        case WrongCode():
            return refusal(422, "wrong_code", _text(error.text))
        case JoinRefused():
            return refusal(422, "joining_closed", _text(error.text))
        case TooManyTries():
            message = _("Too many wrong codes. Try again later.")
            return refusal(429, "too_many_tries", message, retry_after=error.retry_after)
        case TooManyJobs():
            message = _("You have as many requests waiting as one person may have. Wait for one of them to finish.")
            return refusal(429, "too_many_jobs", message, retry_after=error.retry_after)
        case QuotaUsed():
            message = _text(quota.explain(error))
            return refusal(429, "quota_used", message, fields=quota.facts(error), retry_after=error.retry_after)
        case NoSuchAlias():
            logger.error("An exercise asks for the model alias %r, which does not exist.", error.alias)
            message = _("The model of this exercise is not set up. This is not your fault; tell your instructor.")
            return refusal(503, "no_such_model", message)
    return None


def _of_the_framework(error: Exception) -> Response | None:
    match error:
        case Http404():
            return refusal(404, "not_found", _("There is nothing here, or it is not for you."))
        case exceptions.ValidationError():
            return refusal(422, "invalid", _("Some fields are not as expected."), fields=_plain(error.detail))
        case exceptions.APIException():
            wait = getattr(error, "wait", None)
            response = refusal(error.status_code, _code(error), str(error.detail), retry_after=wait)
            challenge = getattr(error, "auth_header", None)
            if challenge:
                response["WWW-Authenticate"] = challenge
            return response
        case RequestDataTooBig():
            return refusal(413, "body_too_large", body_too_large())
        case PermissionDenied():
            return refusal(403, "denied", _("You take part here, but this is not yours to do."))
    return None


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else str(error.default_code)


def _text(text: Mapping[str, str]) -> str:
    return localise(text, get_language() or "en")


def _by_field(errors: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for error in errors:
        found.setdefault(error["field"], []).append(error["message"])
    return found


def _plain(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"body": detail}
