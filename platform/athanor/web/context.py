"""What every template may use."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from athanor.accounts.models import Theme
from athanor.config import bundle
from courses.notices.selectors import unread_count
from courses.people import rules
from courses.people.models import Role
from courses.training.selectors import to_train_in

THEME_COOKIE = "theme"


def theme_of(request: HttpRequest) -> str:
    """The chosen theme: kept on the person, in a cookie before they sign in."""
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", "") or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in Theme.values else str(Theme.SYSTEM)


def site(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    staffed = cache(lambda: rules.staffed_by(request.user) if known else [])
    return {
        "demo": settings.DEMO,
        "theme": theme_of(request),
        "bundle": bundle.addresses(),
        # Lazy: most fragments never ask.
        "to_train_in": cache(lambda: to_train_in(staffed())),
        "unread_notices": cache(lambda: unread_count(request.user) if known else 0),
        "may_review": SimpleLazyObject(lambda: known and (request.user.is_superuser or bool(staffed()))),
        "may_manage": SimpleLazyObject(
            lambda: known and (request.user.is_staff or any(each.role == Role.INSTRUCTOR for each in staffed()))
        ),
    }
