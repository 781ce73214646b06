"""A person's own data: download it, or have it erased."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from athanor.accounts import privacy
from athanor.accounts.models import User


class EraseForm(forms.Form):
    """The password is asked again: an open computer must not be enough to destroy somebody's work."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password. Nothing was erased."))
        return password


@login_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def personal_data(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = EraseForm(user, request.POST.dict() if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        problem = _erase(user)
        if problem is None:
            logout(request)
            messages.success(request, _("Your account is erased. Goodbye."))
            return redirect("account_login")
        form.add_error(None, problem)
    status = 422 if request.method == "POST" else 200
    return render(request, "account/data.html", {"form": form}, status=status)


def _erase(user: User) -> str | None:
    """What stands against it, in words; None when it is done."""
    try:
        privacy.erase(user=user)
    except privacy.StillRunning:
        return _(
            "An answer is just being made for you and was told to stop. Nothing was erased: try again in a minute."
        )
    except privacy.LastAdministrator:
        return _("You are the only administrator. Make somebody else one first; nothing was erased.")
    return None


@login_required
@never_cache
@require_GET
def download_data(request: HttpRequest) -> HttpResponse:
    data = privacy.export(user=cast("User", request.user))
    headers = {"Content-Disposition": 'attachment; filename="athanor-personal-data.json"'}
    return JsonResponse(data, headers=headers, json_dumps_params={"indent": 2, "ensure_ascii": False})
