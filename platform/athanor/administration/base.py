"""Model admins that show only what the person may see. Permissions come from our rules, not from Django's tables."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from athanor.administration import scope


class _OwnChoices:
    """Choices of a foreign key are the rows of the person's own courses."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model in scope.COURSE_OF:
            kwargs["queryset"] = scope.own_rows(request, db_field.related_model.objects.all())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # of the class beside


class CourseAdmin(_OwnChoices, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Rows of courses: administrators see all, instructors see and change those of their own courses."""

    list_filter_submit = False
    warn_unsaved_form = True
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return scope.own_rows(request, rows)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope.manages_any(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return scope.manages_any(request) if obj is None else scope.manages(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return scope.manages_any(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)


class OperatorAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Machines: for administrators and for whoever was given the permission to operate them."""

    warn_unsaved_form = True
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope.is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return scope.is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return scope.is_operator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return scope.is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return scope.is_operator(request)


class AdministratorAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """People and keys: administrators only."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope.is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return scope.is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return scope.is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return scope.is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return scope.is_administrator(request)


class ReadOnly:
    """History: looked at, never touched, by nobody."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _InlineOfOwnRow(_OwnChoices):
    """Inlines follow the row they stand in: its own admin has been asked before they are shown."""

    extra = 0
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


class Rows(_InlineOfOwnRow, TabularInline):  # type: ignore[misc]  # unfold has no types
    """One line per row."""


class Blocks(_InlineOfOwnRow, StackedInline):  # type: ignore[misc]  # unfold has no types
    """One block per row."""


class ReadOnlyRows(ReadOnly, Rows):
    can_delete = False
