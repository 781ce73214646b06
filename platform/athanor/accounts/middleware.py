"""The signed-in person's language and time zone, for every page."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class UserPreferencesMiddleware:
    """Activate what the person chose; without a choice the browser's language and the site's zone hold."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        zone = getattr(request.user, "time_zone", "")
        with timezone.override(zoneinfo.ZoneInfo(zone) if zone else None):
            return self.get_response(request)
