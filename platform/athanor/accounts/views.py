"""The one-click sign-in of demo people."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from athanor.accounts import demo

BACKEND = "athanor.accounts.backends.PasswordBackend"


@login_not_required
@never_cache
@require_GET
def demo_login(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as a demo person. Elsewhere than on a demo site's own machine, this address does not exist."""
    if not (settings.DEMO and demo.is_from_this_machine(request)):
        raise Http404
    user = demo.person_of(token)
    if user is None:
        raise Http404(_("This sign-in link is too old or not ours. Start the site again to get a new one."))
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)  # so that the person finds it among their sessions
    return redirect(settings.LOGIN_REDIRECT_URL)
