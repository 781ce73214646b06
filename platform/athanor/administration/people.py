"""People and their keys: administrators only."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from athanor.accounts import privacy
from athanor.accounts.models import ApiKey, User
from athanor.administration.base import AdministratorAdmin, ReadOnly, Rows


class NewPersonForm(UserCreationForm):  # type: ignore[misc]  # unfold has no types
    class Meta:
        model = User
        fields = ("username", "email")


class AddressRows(Rows):
    model = EmailAddress
    fields = ("email", "verified", "primary")
    show_change_link = False
    tab = True


@admin.register(User)
class PersonPage(AdministratorAdmin, UserAdmin):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "is_staff")
    filter_horizontal = ()
    inlines = (AddressRows,)
    readonly_fields = ("last_login", "date_joined", "erased_at")
    fieldsets = (
        (None, {"fields": ("username", "email", "password", "first_name", "last_name")}),
        (gettext_lazy("Preferences"), {"fields": ("language", "time_zone", "theme")}),
        (gettext_lazy("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined", "erased_at")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "email", "usable_password", "password1", "password2")}),
    )
    autocomplete_fields = ()
    actions = ("remove_second_factor", "erase")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """People are erased, not deleted: a deletion would take the course's statistics along."""
        return False

    @admin.action(
        description=gettext_lazy("Remove the second factor (after checking who asks)"), permissions=["change"]
    )
    def remove_second_factor(self, request: HttpRequest, rows: Any) -> None:
        Authenticator.objects.filter(user__in=rows).delete()
        messages.success(request, _("These people sign in with their password alone until they set up a new factor."))

    @admin.action(description=gettext_lazy("Erase: keep only a pseudonym"), permissions=["change"])
    def erase(self, request: HttpRequest, rows: Any) -> HttpResponse | None:
        """Asks first: what is erased cannot be brought back."""
        if request.POST.get("sure") != "yes":
            context = {**self.admin_site.each_context(request), "people": rows, "title": _("Erase these people?")}
            return TemplateResponse(request, "admin/accounts/user/erase.html", context)
        for user in rows.exclude(pk=request.user.pk):
            privacy.erase(user=user)
            self.log_change(request, user, "erased")
        messages.success(request, _("Erased. Their marks stay in the statistics under a pseudonym."))
        return None


@admin.register(ApiKey)
class KeyPage(ReadOnly, AdministratorAdmin):
    list_display = ("name", "user", "prefix", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    fields = ("name", "user", "prefix", "created_at", "last_used_at", "revoked_at")
    readonly_fields = fields
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=gettext_lazy("Revoke (the key stops working at once)"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: Any) -> None:
        rows.filter(revoked_at=None).update(revoked_at=timezone.now())
        messages.success(request, _("Revoked."))
