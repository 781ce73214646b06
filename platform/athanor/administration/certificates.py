"""Certificates: issued by the site, taken back by staff."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from athanor.administration.base import CourseAdmin, ReadOnly
from courses.progress.models import Certificate
from courses.progress.services import revoke


@admin.register(Certificate)
class CertificatePage(ReadOnly, CourseAdmin):
    list_display = ("name", "course", "shown_code", "issued_at", "revoked_at")
    list_filter = (("course", admin.RelatedOnlyFieldListFilter), ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("course",)
    search_fields = ("name", "code", "student__username")
    fields = ("name", "course", "shown_code", "issuer", "issued_at", "revoked_at")
    readonly_fields = fields
    actions = ("take_back",)

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=gettext_lazy("Take back (its page says that it is not valid)"), permissions=["take_back"])
    def take_back(self, request: HttpRequest, rows: Any) -> None:
        taken = [revoke(certificate=row, by=request.user) for row in rows.select_related("course")]
        text = ngettext(
            "%(number)d certificate was taken back.", "%(number)d certificates were taken back.", len(taken)
        )
        messages.success(request, text % {"number": len(taken)})
