"""The signed-in person's language and time zone, for every page."""

import zoneinfo
from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

Response = HttpResponseBase
GetResponse = Callable[[HttpRequest], Response] | Callable[[HttpRequest], Awaitable[Response]]


def zone_of(name: str) -> zoneinfo.ZoneInfo | None:
    """The time zone called `name`; None for no choice, and for a name that this machine does not know (any more)."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as "Europe"
        return None


def language_of(code: str) -> str | None:
    return code if code in dict(settings.LANGUAGES) else None


def _activate_language(request: HttpRequest, user: object) -> None:
    language = language_of(getattr(user, "language", ""))
    if language:
        translation.activate(language)
        request.LANGUAGE_CODE = language


class UserPreferencesMiddleware:
    """Activate what the person chose; without a choice the browser's language and the site's zone hold.

    Works in both worlds: a synchronous middleware would push every request of an asynchronous server to a thread.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Response | Awaitable[Response]:
        if self.is_async:
            return self._answer_later(request)
        _activate_language(request, request.user)
        with timezone.override(zone_of(getattr(request.user, "time_zone", ""))):
            return self.get_response(request)

    async def _answer_later(self, request: HttpRequest) -> Response:
        user = await request.auser()
        _activate_language(request, user)
        with timezone.override(zone_of(getattr(user, "time_zone", ""))):
            return await cast("Awaitable[Response]", self.get_response(request))
