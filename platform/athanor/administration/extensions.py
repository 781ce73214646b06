"""More time: groups of students, and extensions for a student or a group."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from athanor.accounts.models import User
from athanor.administration.base import CourseAdmin
from athanor.administration.enrolments import people_in
from courses.attempts import extensions
from courses.catalog.models import Course
from courses.people.errors import ExtensionRefused
from courses.people.models import Enrolment, Extension, Group
from courses.people.services import check_extension, end_extension
from courses.texts import localise


def _not_of(course: Course, people: list[User]) -> list[str]:
    """The names of those who do not take part."""
    ids = [person.pk for person in people]
    inside = set(Enrolment.objects.filter(course=course, active=True, user__in=ids).values_list("user_id", flat=True))
    return [person.username for person in people if person.pk not in inside]


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """People are named, as in every form of the administration."""

    people = forms.CharField(
        label=gettext_lazy("Members"),
        required=False,
        max_length=200_000,
        help_text=gettext_lazy("User names or e-mail addresses of people in the course, one per line."),
        widget=UnfoldAdminTextareaWidget,
    )

    class Meta:
        model = Group
        fields = ("course", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            names = self.instance.members.filter(active=True).values_list("user__username", flat=True)
            self.initial["people"] = "\n".join(names.order_by("user__username"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        course = data.get("course") or self.instance.course
        people, missing = people_in(data.get("people", ""))
        missing += _not_of(course, people)
        if missing:
            text = _("Nobody in this course is called: %(names)s.") % {"names": ", ".join(missing[:20])}
            self.add_error("people", text)
        return {**data, "people": people}


@admin.register(Group)
class GroupPage(CourseAdmin):
    form = GroupForm
    list_display = ("name", "course", "size")
    list_filter = (("course", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("course",)
    search_fields = ("name", "course__slug")
    fields = ("course", "name", "people")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(member_count=Count("members"))
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("course",) if obj is not None else ()

    @admin.display(description=gettext_lazy("members"), ordering="member_count")
    def size(self, group: Any) -> int:
        count: int = group.member_count
        return count

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        saved = extensions.save_group(
            course=obj.course, name=obj.name, members=form.cleaned_data["people"], by=request.user,
            group=obj if change else None,
        )  # fmt: skip
        obj.pk = saved.pk


class ExtensionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    person = forms.CharField(
        label=gettext_lazy("Student"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("A user name or an e-mail address; or choose a group below."),
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Extension
        fields = ("course", "exercise", "group", "days", "due_at", "closes_at", "attempts", "reason", "expires_at")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self.instance.student = self._student(data.get("person", "").strip())
        if bool(data.get("person", "").strip()) == bool(data.get("group")):
            self.add_error("person", _("Name one student or one group."))
        return data

    def _student(self, name: str) -> User | None:
        if not name:
            return None
        people, missing = people_in(name)
        if missing or len(people) != 1:
            self.add_error("person", _("Nobody in this course is called: %(names)s.") % {"names": name[:80]})
            return None
        return people[0]

    def _post_clean(self) -> None:
        """Refused before anything is saved, in the words of the service."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook
        if self.errors or self.instance.pk is not None:
            return
        try:
            check_extension(
                course=self.instance.course, exercise=self.instance.exercise, student=self.instance.student,
                group=self.instance.group, gives=self._gives(), reason=self.instance.reason,
            )  # fmt: skip
        except ExtensionRefused as refused:
            self.add_error(NON_FIELD_ERRORS, localise(refused.text, get_language() or "en"))

    def _gives(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("days", "due_at", "closes_at", "attempts"))


@admin.register(Extension)
class ExtensionPage(CourseAdmin):
    """Given and ended, never changed: a student was told."""

    form = ExtensionForm
    list_display = ("who", "what", "days", "due_at", "attempts", "reason", "expires_at", "granted_by")
    list_filter = (("course", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("student", "group", "exercise", "course", "granted_by")
    search_fields = ("student__username", "student__last_name", "group__name", "reason")
    fields = (
        "course",
        "exercise",
        "person",
        "group",
        "days",
        "due_at",
        "closes_at",
        "attempts",
        "reason",
        "expires_at",
    )
    actions = ("end",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else (*self.get_fields(request, obj), "created_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        asked = tuple("student" if name == "person" else name for name in self.fields)
        return self.fields if obj is None else (*asked, "granted_by")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "exercise":
            field.queryset = field.queryset.filter(archived=False).select_related("module__course")
            field.label_from_instance = lambda exercise: f"{exercise.module.course} · {exercise}"
        elif db_field.name == "group":
            field.queryset = field.queryset.select_related("course")
            field.label_from_instance = lambda group: f"{group.course} · {group}"
        return field

    @admin.display(description=gettext_lazy("for"))
    def who(self, extension: Extension) -> str:
        return str(extension.group or extension.student)

    @admin.display(description=gettext_lazy("exercise"))
    def what(self, extension: Extension) -> str:
        return str(extension.exercise or extension.course)

    def save_model(self, request: HttpRequest, obj: Extension, form: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        given = {name: form.cleaned_data.get(name) for name in ExtensionForm.Meta.fields}
        student: AbstractUser | None = obj.student
        saved = extensions.grant(student=student, by=request.user, **given)
        obj.pk = saved.pk

    @admin.action(description=gettext_lazy("End now (what was handed in stays in time)"), permissions=["change"])
    def end(self, request: HttpRequest, rows: Any) -> None:
        ended = [end_extension(extension=row, by=request.user) for row in rows.select_related("course")]
        text = ngettext("%(number)d extension ended.", "%(number)d extensions ended.", len(ended))
        messages.success(request, text % {"number": len(ended)})
