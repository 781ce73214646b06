"""What services refuse, as a status and a sentence for the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courses.attempts import quota
from courses.attempts.errors import AttemptRefused, InvalidPayload, NotReviewable
from courses.kinds.work import Refusal
from courses.texts import Text, localise
from workers.scheduling.errors import NoSuchAlias, QuotaUsed, TooManyJobs

REFUSALS = (AttemptRefused, Refusal, TooManyJobs, QuotaUsed, NoSuchAlias)


@dataclass(frozen=True, slots=True)
class Fault:
    status: int
    text: str
    retry_after: float | None = None  # seconds

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(max(1, round(self.retry_after)))}


def explain(error: Exception) -> Fault:
    """For one of `REFUSALS`."""
    match error:
        case TooManyJobs():
            return Fault(429, _too_many(error.retry_after), error.retry_after)
        case QuotaUsed():
            return Fault(429, _localised(quota.explain(error)), error.retry_after)
        case NoSuchAlias():
            return Fault(503, _("No model is set up for this exercise yet. Nothing was lost; tell your instructor."))
        case InvalidPayload() | Refusal() | NotReviewable():
            return Fault(422, _localised(error.text))
        case AttemptRefused():
            return Fault(409, _localised(error.text))
    raise error


def respond(request: HttpRequest, template: str, context: Mapping[str, Any], fault: Fault | None) -> HttpResponse:
    """The page with the status that belongs to what happened; without a fault, 200."""
    response = render(request, template, dict(context), status=fault.status if fault else 200)
    for name, value in (fault.headers if fault else {}).items():
        response[name] = value
    return response


def _localised(text: Text) -> str:
    return localise(text, get_language() or "en")


def _too_many(retry_after: float) -> str:
    wait = max(1, round(retry_after))
    return ngettext(
        "You have many questions in the queue already. Nothing was lost: send this one again in %(wait)d second.",
        "You have many questions in the queue already. Nothing was lost: send this one again in %(wait)d seconds.",
        wait,
    ) % {"wait": wait}
