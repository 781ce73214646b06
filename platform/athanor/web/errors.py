"""Error pages: what happened, that the work is safe, what to do. Also for fragments and without a database."""

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from athanor.web.people import is_fetch

Facts = tuple[str, str, str]  # title, what happened, what to do


def _facts(status: int) -> Facts:
    return {
        400: (
            _("This request cannot be read"),
            _("Something in the address or in what was sent is not as it should be."),
            _("Go back, reload the page and try again."),
        ),
        403: (
            _("This is not yours to do"),
            _("You are signed in, but your role does not allow this."),
            _("If you think it should, ask the instructor of the course."),
        ),
        404: (
            _("Nothing here"),
            _("This address leads nowhere, or to something that is not shared with you."),
            _("Check the address, or start from your courses. A course is joined with its code."),
        ),
        413: (
            _("This is too large"),
            _("What was sent is larger than the site accepts."),
            _("Shorten it and send it again."),
        ),
        429: (
            _("A little slower, please"),
            _("Too many requests came from you in a short time."),
            _("Wait a minute, then try again."),
        ),
        500: (
            _("Something broke on our side"),
            _("The site made a mistake. It was noted, and it is not your fault."),
            _("Reload the page. If it happens again, tell your instructor what you were doing."),
        ),
        503: (
            _("A short break"),
            _("The site is being looked after and cannot answer now."),
            _("Try again in a minute. This page needs no other action from you."),
        ),
    }[status]


def error_page(request: HttpRequest, status: int, *, detail: str = "") -> HttpResponse:
    title, happened, todo = _facts(status)
    context = {"status": status, "error_title": title, "happened": detail or happened, "todo": todo}
    name = "errors/fragment.html" if is_fetch(request) else "errors/page.html"
    return HttpResponse(loader.render_to_string(name, context, request), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Django raises RequestDataTooBig as a bad request; people should read what is the matter.
    return error_page(request, 413 if type(exception).__name__ == "RequestDataTooBig" else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Too many sign-ins from one place; allauth counts them per minute."""
    response = error_page(request, 429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: they may be what is broken."""
    title, happened, todo = _facts(500)
    context = {"status": 500, "error_title": title, "happened": happened, "todo": todo}
    return HttpResponse(loader.render_to_string("errors/bare.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        403,
        detail=_("This form was open for too long, or cookies are blocked, so we could not be sure that it was you."),
    )
