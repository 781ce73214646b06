"""A class from a spreadsheet: read, shown line by line with what would happen, and only then enrolled."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from athanor.accounts.models import User
from athanor.administration import scope
from athanor.administration.base import CourseAdmin
from athanor.administration.named_people import MOST_AT_ONCE, people_called
from courses.catalog.models import Course
from courses.people.models import Enrolment, Role
from courses.people.services import enrol

FILE_LIMIT = 1_000_000  # bytes
PERSON_HEADS = {"username", "user name", "user", "email", "e-mail", "mail", "identifiant", "courriel"}
ROLE_HEADS = {"role", "rôle"}


class ClassForm(forms.Form):
    course = forms.ModelChoiceField(Course.objects.none(), label=gettext_lazy("Course"), widget=UnfoldAdminSelectWidget)
    file = forms.FileField(
        label=gettext_lazy("CSV file"), required=False, widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy("Columns “username” or “email”, and “role” if not all are students."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("or its text"), required=False, widget=UnfoldAdminTextareaWidget(), max_length=FILE_LIMIT
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = scope.own_rows(request, Course.objects.all())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None and upload.size > FILE_LIMIT:
            raise forms.ValidationError(_("A class list has at most %(most)d bytes.") % {"most": FILE_LIMIT})
        text = _decoded(upload.read()) if upload is not None else cleaned.get("text", "")
        if not text.strip():
            raise forms.ValidationError(_("Give a file or paste its text."))
        cleaned["text"] = text
        cleaned["rows"] = list(rows_of(text))
        if len(cleaned["rows"]) > MOST_AT_ONCE:
            raise forms.ValidationError(_("Enrol at most %(most)d people at once.") % {"most": MOST_AT_ONCE})
        return cleaned


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    written: str  # user name or address
    role: str


@dataclass(frozen=True, slots=True)
class Planned:
    line: int
    written: str
    person: User | None
    role: str
    says: str
    changes: bool


def rows_of(text: str) -> Iterator[Row]:
    """One per line that names somebody; a first line of column names is understood, and any usual separator."""
    lines = list(csv.reader(io.StringIO(text), delimiter=_separator(text)))
    heads = [cell.strip().lower() for cell in lines[0]] if lines else []
    person = next((at for at, head in enumerate(heads) if head in PERSON_HEADS), None)
    role = next((at for at, head in enumerate(heads) if head in ROLE_HEADS), None if person is not None else 1)
    for number, cells in enumerate(lines[person is not None :], start=1 + (person is not None)):
        written = _cell(cells, person or 0).lower()
        if written:
            yield Row(number, written[:254], _cell(cells, role).lower() if role is not None else "")


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _separator(text: str) -> str:
    first = text.lstrip().splitlines()[0]
    return max(",;\t", key=first.count)


def _decoded(data: bytes) -> str:
    """UTF-8, or what spreadsheets on old systems write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def plan(course: Course, rows: Sequence[Row], by: User) -> list[Planned]:
    found = people_called([row.written for row in rows])
    present = {row.user_id: row for row in Enrolment.objects.filter(course=course, user__in=found.values())}
    return [_planned(row, found.get(row.written), present, by) for row in rows]


def _planned(row: Row, person: User | None, present: dict[int, Enrolment], by: User) -> Planned:
    role = row.role or Role.STUDENT
    if person is None:
        return Planned(row.line, row.written, None, role, _("nobody here is called so"), changes=False)
    if role not in Role.values:
        return Planned(row.line, row.written, person, role, _("there is no such role"), changes=False)
    if person.pk == by.pk:
        return Planned(row.line, row.written, person, role, _("you stay what you are"), changes=False)
    enrolment, named = present.get(person.pk), Role(role).label
    if enrolment is None:
        return Planned(row.line, row.written, person, role, _("joins as %(role)s") % {"role": named}, changes=True)
    if enrolment.active and (enrolment.role == role or not row.role):
        return Planned(row.line, row.written, person, role, _("is in already"), changes=False)
    return Planned(row.line, row.written, person, role, _("becomes %(role)s") % {"role": named}, changes=True)


def view(page: CourseAdmin, request: HttpRequest) -> HttpResponse:
    """First the preview; the same form sent with `confirmed` enrols."""
    if not page.has_add_permission(request):
        raise PermissionDenied
    form = ClassForm(
        request, request.POST or None, request.FILES or None, initial={"course": request.GET.get("course")}
    )
    planned: list[Planned] = []
    if request.method == "POST" and form.is_valid():
        course, user = form.cleaned_data["course"], cast("User", request.user)
        planned = plan(course, form.cleaned_data["rows"], user)
        if request.POST.get("confirmed") == "yes":
            _enrol(page, request, course, planned)
            return redirect("admin:people_enrolment_changelist")
        form = ClassForm(request, initial={"course": course, "text": form.cleaned_data["text"]})
    count = sum(row.changes for row in planned)
    offer = ngettext("Enrol %(n)d person", "Enrol %(n)d people", count) % {"n": count} if count else ""
    context = {
        **page.admin_site.each_context(request),
        "form": form,
        "title": _("Enrol a class from a list"),
        "button": _("Show what happens"),
        "second_button": offer,
        "preview": planned,
        "upload": True,
        "opts": page.opts,
    }
    return TemplateResponse(request, "admin/form_page.html", context)


def _enrol(page: CourseAdmin, request: HttpRequest, course: Course, planned: Sequence[Planned]) -> None:
    with transaction.atomic():
        chosen = [row for row in planned if row.changes and row.person is not None]
        for row in chosen:
            enrolment = enrol(course=course, user=cast("User", row.person), role=Role(row.role), by=request.user)
            page.log_addition(request, enrolment, f"{row.role}: {row.written}")
    text = ngettext("%(number)d person is enrolled.", "%(number)d people are enrolled.", len(chosen))
    messages.success(request, text % {"number": len(chosen)})
