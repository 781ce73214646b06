"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from athanor.accounts.models import Theme
from courses.people import rules

THEME_COOKIE = "theme"


def theme_of(request: HttpRequest) -> str:
    """The chosen theme: kept on the person, in a cookie before they sign in."""
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", "") or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in Theme.values else str(Theme.SYSTEM)


def site(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "demo": settings.DEMO,
        "theme": theme_of(request),
        # Lazy: most fragments never ask.
        "may_review": SimpleLazyObject(lambda: known and rules.courses_reviewed_by(request.user).exists()),
        "may_manage": SimpleLazyObject(
            lambda: known and (request.user.is_staff or rules.courses_managed_by(request.user).exists())
        ),
    }
