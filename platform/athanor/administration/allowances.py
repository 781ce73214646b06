"""What each course, and each person in it, may use of the servers: weights and limits of a day."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from athanor.accounts.models import User
from athanor.administration.base import OperatorAdmin
from courses.attempts import quota
from courses.catalog.models import Course
from workers.scheduling import allowances
from workers.scheduling.models import Allowance

LIMITS = {
    gettext_lazy("Each person, per day"): ("person_seconds", "person_tokens", "person_images"),
    gettext_lazy("All together, per day"): ("group_seconds", "group_tokens", "group_images"),
}


class AllowanceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Courses by their names; a person is named, never picked from a list of everybody."""

    course = forms.ModelChoiceField(
        Course.objects.all(), required=False, label=gettext_lazy("Course"), widget=UnfoldAdminSelectWidget,
        empty_label=gettext_lazy("every course"),
    )  # fmt: skip
    person = forms.CharField(
        required=False, label=gettext_lazy("Person"), max_length=150, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("A user name, for somebody who gets more or less than the others; else empty."),
    )  # fmt: skip

    class Meta:
        model = Allowance
        fields = ("weight", *(name for names in LIMITS.values() for name in names))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["course"] = quota.course_of(self.instance.group)
            self.initial["person"] = self.instance.owner.username if self.instance.owner else ""

    def clean_person(self) -> User | None:
        name = self.cleaned_data["person"].strip()
        found = User.objects.filter(username__iexact=name).first() if name else None
        if name and found is None:
            raise forms.ValidationError(_("Nobody here is called %(name)s.") % {"name": name})
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        course: Course | None = data.get("course")
        self.instance.group = quota.group_of(course.pk) if course else ""
        self.instance.owner = data.get("person")
        same = Allowance.objects.filter(group=self.instance.group, owner=self.instance.owner)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an allowance for these already: change that one."))
        return data


@admin.register(Allowance)
class AllowancePage(OperatorAdmin):
    form = AllowanceForm
    list_display = ("course", "owner", "weight", *(name for names in LIMITS.values() for name in names))
    list_select_related = ("owner",)
    search_fields = ("group", "owner__username")
    fieldsets = (
        (None, {"fields": ("course", "person", "weight"), "description": gettext_lazy(
            "When servers are full, a course of weight 2 gets twice the time of a course of weight 1. A limit that is "
            "left empty is that of the course, then that of every course; without any, there is none. Handing in is "
            "never refused and costs its student nothing."
        )}),
        *((title, {"fields": names}) for title, names in LIMITS.items()),
    )  # fmt: skip

    @admin.display(description=gettext_lazy("Course"), ordering="group")
    def course(self, row: Allowance) -> str:
        if not row.group:
            return _("every course")
        found = Course.objects.filter(pk=quota.course_of(row.group) or 0).first()
        return str(found or row.group)

    def save_model(self, request: HttpRequest, obj: Allowance, form: Any, change: bool) -> None:
        allowances.save(obj)

    def delete_model(self, request: HttpRequest, obj: Allowance) -> None:
        allowances.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            allowances.delete(row)
