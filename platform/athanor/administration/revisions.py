"""The history of courses' files: what waits, what it would change, and the way back to what was."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from athanor.accounts.models import User
from athanor.administration import scope
from athanor.administration.base import CourseAdmin, ReadOnly
from athanor.administration.course_files import take_on
from courses.catalog import revisions
from courses.catalog.models import Course, Revision
from courses.catalog.tree import BadCourse
from courses.people.models import Role
from courses.people.selectors import members
from courses.people.services import enrol


@admin.register(Revision)
class RevisionPage(ReadOnly, CourseAdmin):
    list_display = ("__str__", "course", "source", "created_at", "created_by", "activated_at")
    list_filter = (("course", admin.RelatedOnlyFieldListFilter), ("activated_at", admin.EmptyFieldListFilter))
    list_select_related = ("course", "created_by")
    search_fields = ("slug", "source", "commit")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Those of one's own courses, and of courses that one brought and that are not active yet."""
        rows = Revision.objects.defer("changes")
        if scope.is_administrator(request):
            return rows
        mine = Q(course__in=scope.managed_courses(request)) | Q(course=None, created_by=request.user.pk)
        return rows.filter(mine)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if isinstance(obj, Revision) and obj.course_id is None:
            return scope.is_administrator(request) or obj.created_by_id == request.user.pk
        return super().has_view_permission(request, obj)

    def get_urls(self) -> Any:
        found = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(require_POST(view)), name=f"revision_{name}")
            for name, view in (("activate", self.activate), ("preview", self.preview))
        ]
        return [*found, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        revision = self._own(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": str(revision),
            "revision": revision,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/catalog/revision/change.html", context)

    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        revision = self._own(request, object_id)
        try:
            report = revisions.activate(revision=revision, by=cast("User", request.user))
        except (BadCourse, KeyError) as error:
            messages.error(request, str(error))
            return redirect("admin:catalog_revision_change", revision.pk)
        course = Course.objects.get(slug=revision.slug)
        if not members(course, Role.INSTRUCTOR).exists():
            take_on(request, course)
        self.log_change(request, course, f"activated {revision}")
        messages.success(request, str(report))
        return redirect("admin:catalog_course_change", course.pk)

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A hidden course beside the active one; whoever teaches there may look here."""
        revision = self._own(request, object_id)
        try:
            course = revisions.preview(revision=revision)
        except (BadCourse, KeyError) as error:
            messages.error(request, str(error))
            return redirect("admin:catalog_revision_change", revision.pk)
        take_on(request, course)
        for member in members(revision.course, Role.INSTRUCTOR) if revision.course else ():
            enrol(course=course, user=member.user, role=Role.INSTRUCTOR, by=None)
        messages.info(request, _("This is a preview: only instructors see it."))
        return redirect("course", course.slug)

    def _own(self, request: HttpRequest, object_id: str) -> Revision:
        """With what is active now compared again: the course may have changed since the files came."""
        revision = Revision.objects.select_related("course", "created_by").filter(pk=_number(object_id)).first()
        if revision is None or not self.has_view_permission(request, revision):
            raise PermissionDenied
        present = Course.objects.filter(slug=revision.slug).first()
        if present is not None and not scope.manages(request, present):
            raise PermissionDenied
        return revision


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
