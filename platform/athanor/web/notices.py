"""News for a person: the list, the bell of every page, and stopping the mails."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.web import digest
from athanor.web.people import person
from courses.notices import selectors, services
from courses.notices.models import Kind, Mailbox, Notice

ROWS = 50
ICONS = {
    Kind.RELEASED: "flag",
    Kind.MARK_MOVED: "history",
    Kind.REQUEST_MADE: "chat",
    Kind.REQUEST_ANSWERED: "chat",
    Kind.REVIEW_WORK: "scale",
    Kind.SECOND_READING: "users",
    Kind.LIVE: "flame",
}


@login_required
@never_cache
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    user = person(request)
    page = Paginator(selectors.notices_of(user), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "icons": ICONS, "unread": selectors.unread_count(user)}
    return render(request, "notices/notices.html", context)


@login_required
@never_cache
@require_GET
def notice(request: HttpRequest, notice: int) -> HttpResponse:
    """Opening it is reading it."""
    found = get_object_or_404(Notice, pk=notice, user_id=person(request).pk)
    services.mark_read(user=person(request), notice_id=found.pk)
    return redirect(address_of(found))


def address_of(found: Notice) -> str:
    """Where the news leads: always on this site. What is gone leads back to the list."""
    if found.link:
        name, parts = found.link
        try:
            return reverse(name, kwargs=parts)
        except NoReverseMatch:
            return reverse("notices")
    inside = found.url.startswith("/") and not found.url.startswith(("//", "/\\"))
    return found.url if inside else reverse("notices")


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """One (`notice`), or all."""
    given = request.POST.get("notice", "")
    services.mark_read(user=person(request), notice_id=int(given) if given.isdecimal() else None)
    return redirect("notices")


@login_required
@never_cache
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell of the top bar, for a page that stands open for long."""
    return render(request, "notices/bell.html")


@csrf_exempt  # a mail program sends the request (RFC 8058); the signed token says whose mails stop
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: mail scanners open links."""
    user = User.objects.filter(pk=digest.person_of(token) or 0).first()
    if user is None:
        raise Http404
    if request.method == "POST":
        services.set_pace(user=user, pace=Mailbox.Pace.NEVER)
    return render(request, "notices/unsubscribe.html", {"done": request.method == "POST"})


@login_required
@require_POST
def pace(request: HttpRequest) -> HttpResponse:
    """How often mails come."""
    try:
        services.set_pace(user=person(request), pace=request.POST.get("pace", ""))
    except ValueError:
        return redirect("notices")
    messages.success(request, _("Your settings are saved."))
    return redirect("account")


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/bell/", bell, name="bell"),
    path("notices/read/", read, name="read_notices"),
    path("notices/pace/", pace, name="notice_pace"),
    path("notices/<int:notice>/", notice, name="notice"),
    path("notices/unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
