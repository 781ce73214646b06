"""A person's own settings and API keys."""

import zoneinfo
from functools import cache

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from athanor.accounts import keys as key_services
from athanor.accounts.models import Theme, User
from athanor.web.people import person
from courses.notices import mailing
from courses.notices.models import Mailbox
from courses.notices.selectors import pace_of


@cache
def zones() -> list[tuple[str, str]]:
    """Every zone with a place in its name; the old abbreviations only confuse."""
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones()) if "/" in name]


THEMES = [
    (Theme.SYSTEM, gettext_lazy("As my device")),
    (Theme.LIGHT, gettext_lazy("Light")),
    (Theme.DARK, gettext_lazy("Dark")),
]


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, widget=forms.RadioSelect,
        choices=[("", gettext_lazy("As my browser")), ("en", "English"), ("fr", "Français")],
    )  # fmt: skip
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), widget=forms.RadioSelect, choices=THEMES)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), required=False,
        help_text=gettext_lazy("Deadlines and times are shown in this zone."),
        choices=lambda: [("", gettext_lazy("As the site: %(zone)s") % {"zone": settings.TIME_ZONE}), *zones()],
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language", "theme", "time_zone"]


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the new key"), max_length=key_services.NAME_LENGTH,
        help_text=gettext_lazy("What you will use it for, so that you recognise it later."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("account")
    context = {
        "form": form, "pace": pace_of(user), "paces": Mailbox.Pace.choices, "can_mail": mailing.is_possible(),
    }  # fmt: skip
    return render(request, "account/settings.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys and make one. The answer to the POST is the only page that ever shows the key."""
    user = person(request)
    form = KeyForm(request.POST or None)
    fresh = ""
    if request.method == "POST" and form.is_valid():
        try:
            _row, fresh = key_services.make(user=user, name=form.cleaned_data["name"])
            form = KeyForm()
        except key_services.TooManyKeys:
            most = key_services.KEYS_PER_PERSON
            form.add_error("name", _("You have %(most)d keys already. Revoke one first.") % {"most": most})
    context = {"form": form, "keys": user.api_keys.usable(), "fresh": fresh}
    return render(request, "account/keys.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def revoke_key(request: HttpRequest, key: int) -> HttpResponse:
    if not key_services.revoke(user=person(request), key_id=key):
        raise Http404
    messages.success(request, _("The key is revoked. Programs that use it are refused from now on."))
    return redirect("keys")


urlpatterns = [
    path("account/", account, name="account"),
    path("account/keys/", keys, name="keys"),
    path("account/keys/<int:key>/revoke/", revoke_key, name="revoke_key"),
]
