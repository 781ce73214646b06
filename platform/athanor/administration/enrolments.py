"""Who takes part: adding one person or a whole class, changing a role, taking somebody off."""

import re
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from athanor.accounts.models import User
from athanor.administration import class_list, scope
from athanor.administration.base import CourseAdmin
from athanor.administration.named_people import MOST_AT_ONCE, people_called
from courses.attempts.extensions import set_time_factor
from courses.catalog.models import Course
from courses.people.models import Enrolment, Role
from courses.people.services import enrol, remove


class EnrolForm(forms.Form):
    """People are named by the instructor, never picked from a list: nobody can browse everybody's names."""

    course = forms.ModelChoiceField(Course.objects.none(), label=gettext_lazy("Course"), widget=UnfoldAdminSelectWidget)
    role = forms.ChoiceField(
        choices=Role.choices, initial=Role.STUDENT, label=gettext_lazy("Role"), widget=UnfoldAdminSelectWidget
    )
    people = forms.CharField(
        label=gettext_lazy("People"),
        help_text=gettext_lazy("User names or e-mail addresses, one per line (or separated by commas)."),
        widget=UnfoldAdminTextareaWidget,
        max_length=200_000,
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = scope.own_rows(request, Course.objects.all())  # type: ignore[attr-defined]

    def clean_people(self) -> list[User]:
        people, missing = people_in(self.cleaned_data["people"])
        if len(people) + len(missing) > MOST_AT_ONCE:
            raise forms.ValidationError(_("Enrol at most %(most)d people at once.") % {"most": MOST_AT_ONCE})
        if missing:
            shown = ", ".join(missing[:20]) + ("…" if len(missing) > 20 else "")
            raise forms.ValidationError(_("Nobody here is called: %(names)s. Nobody was enrolled.") % {"names": shown})
        return people


def people_in(typed: str) -> tuple[list[User], list[str]]:
    """Everybody who is named in a text, and the names that nobody has."""
    names = list(dict.fromkeys(name for name in re.split(r"[\s,;]+", typed.strip().lower()) if name))
    found = people_called(names[: MOST_AT_ONCE + 1])
    missing = [name for name in names if name not in found]
    return list({person.pk: person for person in found.values()}.values()), missing


class EnrolmentForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    request: HttpRequest  # set by the page's admin

    class Meta:
        model = Enrolment
        fields = ("role", "active", "time_factor")

    def clean(self) -> dict[str, Any] | None:
        own = self.instance.user_id == self.request.user.pk and not self.request.user.is_superuser
        if own and self.has_changed():
            raise forms.ValidationError(
                _("Ask another instructor to change your own role, so that a course keeps one.")
            )
        return super().clean()


@admin.register(Enrolment)
class EnrolmentPage(CourseAdmin):
    form = EnrolmentForm
    list_display = ("user", "course", "role", "active", "time_factor", "joined_at")
    list_filter = ("role", "active", ("course", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "course")
    search_fields = ("user__username", "user__first_name", "user__last_name", "user__email")
    readonly_fields = ("who", "course", "joined_at")
    fields = ("who", "course", "role", "active", "time_factor", "joined_at")
    actions = ("take_off",)
    list_before_template = "admin/people/enrolment/list_tools.html"

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(partial(class_list.view, self))
        return [path("class/", view, name="enrolment_class"), *super().get_urls()]

    @admin.display(description=gettext_lazy("person"))
    def who(self, enrolment: Enrolment) -> str:
        """As text: a link to the person would lead an instructor to a closed door."""
        return str(enrolment.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Taken off, not deleted: the work and its marks stay."""
        return False

    def get_form(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.request = request
        return form

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        with transaction.atomic():
            enrol(course=obj.course, user=obj.user, role=Role(obj.role), by=request.user)
            if "time_factor" in form.changed_data:
                set_time_factor(enrolment=obj, factor=obj.time_factor, by=request.user)
            if not obj.active:
                remove(enrolment=obj, by=request.user)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = EnrolForm(request, request.POST or None, initial={"course": request.GET.get("course")})
        if request.method == "POST" and form.is_valid():
            self._enrol(request, **form.cleaned_data)
            return redirect("admin:people_enrolment_changelist")
        context = {**self.admin_site.each_context(request), "form": form, "opts": self.opts, "title": _("Enrol people")}
        return TemplateResponse(request, "admin/people/enrolment/enrol.html", context)

    def _enrol(self, request: HttpRequest, *, course: Course, role: str, people: list[User]) -> None:
        with transaction.atomic():
            for person in people:
                row = enrol(course=course, user=person, role=Role(role), by=request.user)
                self.log_addition(request, row, f"{role}: {person.username}")
        text = ngettext("%(number)d person is enrolled.", "%(number)d people are enrolled.", len(people))
        messages.success(request, text % {"number": len(people)})

    @admin.action(description=gettext_lazy("Take off the course (their work stays)"), permissions=["change"])
    def take_off(self, request: HttpRequest, rows: Any) -> None:
        others = list(rows.exclude(user_id=request.user.pk))
        with transaction.atomic():
            for row in others:
                remove(enrolment=row, by=request.user)
                self.log_change(request, row, "taken off")
        messages.success(request, _("Taken off the course."))
