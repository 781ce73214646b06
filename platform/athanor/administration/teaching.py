"""Courses, modules and lessons."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athanor.accounts.models import User
from athanor.administration.base import CourseAdmin, Rows
from athanor.administration.languages import TextField
from courses.catalog.models import Course, Exercise, Lesson, Module, new_join_code
from courses.people.models import Enrolment, Role
from courses.people.services import enrol


class TitledForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    title = TextField(label=gettext_lazy("Title"))


class SummarisedForm(TitledForm):
    summary = TextField(label=gettext_lazy("Summary"), required=False, multiline=True)


class LessonForm(TitledForm):
    body = TextField(
        label=gettext_lazy("Text"), multiline=True, required=False, help_text=gettext_lazy("Markdown, per language.")
    )


class ModuleRows(Rows):
    model = Module
    form = TitledForm
    fields = ("position", "slug", "title")
    tab = True


class LessonRows(Rows):
    model = Lesson
    form = TitledForm
    fields = ("position", "slug", "title")
    tab = True


class ExerciseRows(Rows):
    """Order and dates of a module's exercises. A new exercise needs its specification: it has its own page."""

    model = Exercise
    form = TitledForm
    fields = ("position", "slug", "title", "kind", "points", "due_at", "archived")
    readonly_fields = ("kind",)
    can_delete = False
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Course)
class CoursePage(CourseAdmin):
    form = SummarisedForm
    list_display = ("__str__", "slug", "published", "joining_open", "join_code")
    list_filter = ("published",)
    search_fields = ("slug", "title")
    inlines = (ModuleRows,)
    readonly_fields = ("source", "revision", "synced_at", "created_at")
    fieldsets = (
        (None, {"fields": ("title", "slug", "summary", "published")}),
        (gettext_lazy("Joining"), {"fields": ("join_code", "joining_open")}),
        (gettext_lazy("Course files"), {"fields": ("source", "revision", "synced_at", "created_at")}),
    )
    actions = ("renew_join_codes",)

    @admin.action(description=gettext_lazy("Make new join codes (the old ones stop working)"), permissions=["change"])
    def renew_join_codes(self, request: HttpRequest, rows: Any) -> None:
        for course in rows:
            course.join_code = new_join_code()
            course.save(update_fields=["join_code"])
        messages.success(request, _("New join codes were made."))

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        """An instructor who makes a course is its instructor, otherwise it would vanish from their list."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change and not request.user.is_superuser:
                enrol(course=obj, user=cast("User", request.user), role=Role.INSTRUCTOR, by=None)
                del request.managed_courses  # type: ignore[attr-defined]  # it has one more now

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Enrolments go with their course. (By themselves they are never deleted, so Django would refuse.)"""
        found, counts, missing, protected = super().get_deleted_objects(objs, request)
        return found, counts, missing - {Enrolment._meta.verbose_name}, protected

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        course = self.get_object(request, object_id)
        if request.method == "GET" and course is not None and course.source:
            messages.info(
                request,
                _("This course is loaded from files (%(folder)s). The next load replaces what you change here.")
                % {"folder": course.source},
            )
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response


@admin.register(Module)
class ModulePage(CourseAdmin):
    form = SummarisedForm
    list_display = ("__str__", "course", "position", "slug")
    list_filter = (("course", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("course",)
    search_fields = ("slug", "title", "course__slug")
    fields = ("course", "title", "slug", "position", "summary")
    inlines = (LessonRows, ExerciseRows)


@admin.register(Lesson)
class LessonPage(CourseAdmin):
    form = LessonForm
    list_display = ("__str__", "module", "position", "slug")
    list_filter = (("module__course", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("module",)
    search_fields = ("slug", "title", "module__slug", "module__course__slug")
    autocomplete_fields = ("module",)
    fields = ("module", "title", "slug", "position", "body")
