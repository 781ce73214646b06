"""Courses, modules and lessons."""

from collections.abc import Iterator
from functools import partial, update_wrapper
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from athanor.administration import course_files, gradebook_rules, history, play_rules, review_rules, slugs
from athanor.administration.base import CourseAdmin, Rows
from athanor.administration.gradebook_rules import GradebookRulesForm
from athanor.administration.languages import TextField
from athanor.administration.play_rules import PlayRulesForm
from athanor.administration.review_rules import ReviewRulesForm
from courses.catalog.copying import reschedule
from courses.catalog.links import bad_formulas, problems_in
from courses.catalog.live import BadBlock, blocks_in, read
from courses.catalog.models import Course, Exercise, Lesson, Module, Revision, new_join_code
from courses.catalog.rows import lesson_body
from courses.people.models import Enrolment, Extension
from courses.progress.models import Certificate


class TitledForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    title = TextField(label=gettext_lazy("Title"))


class SummarisedForm(TitledForm):
    summary = TextField(label=gettext_lazy("Summary"), required=False, multiline=True)


class CourseForm(GradebookRulesForm, PlayRulesForm, ReviewRulesForm, SummarisedForm):
    def clean_slug(self) -> str:
        return slugs.check(self.cleaned_data["slug"])


class ModuleForm(SummarisedForm):
    def clean_slug(self) -> str:
        return slugs.check(self.cleaned_data["slug"])


class LessonForm(TitledForm):
    body = TextField(
        label=gettext_lazy("Text"), multiline=True, required=False, help_text=gettext_lazy("Markdown, per language.")
    )

    def clean_slug(self) -> str:
        return slugs.check(self.cleaned_data["slug"])

    def clean_body(self) -> dict[str, str]:
        return {code: lesson_body(text) for code, text in self.cleaned_data["body"].items()}

    def clean(self) -> dict[str, Any]:
        """What a file's reader would say of the text is said here, too."""
        cleaned: dict[str, Any] = super().clean() or {}
        module = cleaned.get("module")
        for code, text in (cleaned.get("body") or {}).items():
            for line, said in text_problems(text, module.course) if module else ():
                self.add_error("body", f"{code}, " + _("Line %(line)d: %(problem)s") % {"line": line, "problem": said})
        return cleaned


def text_problems(text: str, course: Course) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of a lesson's text."""
    assets = set(course.assets.values_list("path", flat=True))
    yield from problems_in(text, assets, course.image_hosts)
    yield from bad_formulas(text)
    for line, info, content in blocks_in(text):
        try:
            read(info, content)
        except BadBlock as error:
            yield line + error.line, error.message


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

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(practice=False)


@admin.register(Course)
class CoursePage(CourseAdmin):
    form = CourseForm
    change_form_before_template = "admin/catalog/course/tools.html"
    list_before_template = "admin/catalog/course/list_tools.html"
    list_display = ("__str__", "slug", "published", "joining_open", "join_code")
    list_filter = ("published",)
    search_fields = ("slug", "title")
    inlines = (ModuleRows,)
    readonly_fields = ("source", "revision", "synced_at", "created_at")
    fieldsets = (
        (None, {"fields": ("title", "slug", "summary", "published", "starts_on", "time_zone", "local_only")}),
        (gettext_lazy("Joining"), {"fields": ("join_code", "joining_open")}),
        (gettext_lazy("Review"), {"fields": review_rules.FIELDS}),
        (gettext_lazy("Gradebook"), {"fields": gradebook_rules.FIELDS}),
        (gettext_lazy("Playground"), {"fields": play_rules.FIELDS}),
        (gettext_lazy("Course files"), {"fields": ("source", "revision", "synced_at", "created_at")}),
    )
    actions = ("publish", "unpublish", "renew_join_codes")

    def get_urls(self) -> Any:
        views = (("download", course_files.download), ("copy", course_files.copy))
        found = [path(f"<path:object_id>/{name}/", self._view(view), name=f"course_{name}") for name, view in views]
        return [path("bring/", self._view(course_files.bring), name="course_bring"), *found, *super().get_urls()]

    def _view(self, view: Any) -> Any:
        return self.admin_site.admin_view(update_wrapper(partial(view, self), view))

    @admin.action(description=gettext_lazy("Publish (students see the course)"), permissions=["change"])
    def publish(self, request: HttpRequest, rows: Any) -> None:
        self._set_published(request, rows, published=True)

    @admin.action(description=gettext_lazy("Take back (only its staff sees the course)"), permissions=["change"])
    def unpublish(self, request: HttpRequest, rows: Any) -> None:
        self._set_published(request, rows, published=False)

    def _set_published(self, request: HttpRequest, rows: Any, *, published: bool) -> None:
        for course in rows:
            course.published = published
            course.save(update_fields=["published"])
            self.log_change(request, course, "published" if published else "taken back")
            history.keep(request, course)

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
            if not change:
                course_files.take_on(request, obj)
            elif {"starts_on", "time_zone"} & set(form.changed_data):
                moved = reschedule(obj)
                text = ngettext("The dates of %(n)d exercise moved.", "The dates of %(n)d exercises moved.", moved)
                messages.info(request, text % {"n": moved})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        super().save_related(request, form, formsets, change)
        history.keep(request, form.instance)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """These go with their course. (By themselves they are never deleted, so Django would refuse.)"""
        found, counts, missing, protected = super().get_deleted_objects(objs, request)
        with_it = {model._meta.verbose_name for model in (Enrolment, Extension, Revision, Certificate)}
        return found, counts, missing - with_it, protected

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
    form = ModuleForm
    list_display = ("__str__", "course", "position", "slug")
    list_filter = (("course", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("course",)
    search_fields = ("slug", "title", "course__slug")
    fields = ("course", "title", "slug", "position", "summary")
    inlines = (LessonRows, ExerciseRows)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        super().save_related(request, form, formsets, change)
        history.keep(request, form.instance.course)


@admin.register(Lesson)
class LessonPage(CourseAdmin):
    form = LessonForm
    list_display = ("__str__", "module", "position", "slug")
    list_filter = (("module__course", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("module",)
    search_fields = ("slug", "title", "module__slug", "module__course__slug")
    autocomplete_fields = ("module",)
    fields = ("module", "title", "slug", "position", "body")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        super().save_related(request, form, formsets, change)
        history.keep(request, form.instance.module.course)
