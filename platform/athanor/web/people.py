"""The signed-in person of a request, as our own user model."""

from typing import cast

from django.http import HttpRequest

from athanor.accounts.models import User


def person(request: HttpRequest) -> User:
    """Only for views behind `login_required`."""
    return cast("User", request.user)


def address_of(request: HttpRequest) -> str:
    """The address that rate limits count: the connection's own, never what a header claims."""
    return str(request.META.get("REMOTE_ADDR", ""))


def is_fetch(request: HttpRequest) -> bool:
    """Our own script asks and replaces a part of the page; otherwise a browser without scripts wants a whole one."""
    return request.headers.get("X-Requested-With") == "fetch"
