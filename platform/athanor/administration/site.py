"""The admin site: who gets in, how they sign in, what it may load."""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from athanor.administration import dashboard, scope, sidebar

# The admin's look (unfold) evaluates expressions written in its templates and sets styles in attributes, so it cannot
# live under the policy of the site. It still loads nothing from elsewhere and runs no script written into a page.
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "object-src": [NONE],
    "frame-ancestors": [NONE],
}


class AthanorAdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    site_title = gettext_lazy("Athanor")
    site_header = gettext_lazy("Athanor")
    index_title = gettext_lazy("Administration")
    empty_value_display = "–"

    def register(self, models: Any, admin_class: Any = None, **options: Any) -> None:
        """Only pages that were made for this site: those of other packages know neither its rules nor its look."""
        if admin_class is not None and issubclass(admin_class, ModelAdmin):
            super().register(models, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return scope.can_enter(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:  # noqa: FBT001, FBT002, RUF100  # Django's
        return csp_replace(POLICY)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The site's own sign-in page, with its second factor and its limits; 403 for who is signed in already."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(_("Only administrators and instructors have something to do here."))
        wanted = request.GET.get("next") or reverse("admin:index")
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(wanted, resolve_url("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        return sidebar.groups(request, self)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        counts = dashboard.counts(request) if self.has_permission(request) else []
        response: HttpResponse = super().index(request, {"counts": counts, **(extra_context or {})})
        return response
