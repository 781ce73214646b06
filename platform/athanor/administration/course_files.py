"""A course's files in the admin: download, upload a zip, pull from git, look at what changes, activate, copy."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from athanor.accounts.models import User
from athanor.administration import scope, slugs
from athanor.administration.base import CourseAdmin
from athanor.administration.languages import TextField
from courses.catalog import archives, git, revisions
from courses.catalog.copying import copy_course
from courses.catalog.models import Course, Revision
from courses.catalog.tree import BadCourse, CourseTree
from courses.people.models import Role
from courses.people.services import enrol

BODY_LIMIT = archives.PACKED_LIMIT + 1_000_000  # bytes of a request that brings a zip


class BringForm(forms.Form):
    archive = forms.FileField(
        label=gettext_lazy("Zip of a course folder"), required=False, widget=UnfoldAdminFileFieldWidget()
    )
    repository = forms.CharField(
        label=gettext_lazy("or a git repository"),
        required=False,
        max_length=400,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "https://example.org/me/course.git"}),
        help_text=gettext_lazy("A public https address."),
    )
    ref = forms.CharField(
        label=gettext_lazy("Branch, tag or commit"),
        initial="main",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
    )
    course = forms.SlugField(
        label=gettext_lazy("Course"),
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Its folder's name; needed where several courses lie together."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("archive")) == bool(cleaned.get("repository")):
            raise forms.ValidationError(_("Give either a zip or the address of a repository."))
        return cleaned


class CopyForm(forms.Form):
    title = TextField(label=gettext_lazy("Title"))
    slug = forms.SlugField(label=gettext_lazy("Name in addresses"), max_length=80, widget=UnfoldAdminTextInputWidget())
    starts_on = forms.DateField(
        label=gettext_lazy("Starts on"),
        required=False,
        widget=UnfoldAdminSingleDateWidget(),
        help_text=gettext_lazy("The dates of the exercises follow. Without it the copy has none."),
    )

    def clean_slug(self) -> str:
        slug = slugs.check(self.cleaned_data["slug"])
        if Course.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("There is a course of this name already."))
        return slug


def download(page: CourseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    course = _own(page, request, object_id)
    try:
        response = HttpResponse(revisions.export(course), content_type="application/zip")
    except BadCourse as error:
        messages.error(request, str(error))
        return redirect("admin:catalog_course_change", course.pk)
    response["Content-Disposition"] = f'attachment; filename="{course.slug}.zip"'
    return response


def copy(page: CourseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    course = _own(page, request, object_id)
    form = CopyForm(request.POST or None, initial={"title": course.title, "slug": f"{course.slug}-2"})
    if request.method == "POST" and form.is_valid():
        try:
            made = copy_course(course=course, **form.cleaned_data)
        except BadCourse as error:
            form.add_error(None, str(error))
        else:
            take_on(request, made)
            page.log_addition(request, made, f"copied from {course.slug}")
            messages.success(request, _("The copy is ready. Nobody sees it before you publish it."))
            return redirect("admin:catalog_course_change", made.pk)
    return _form_page(page, request, form, _("Copy “%(course)s”") % {"course": course}, _("Copy"))


@csrf_exempt
def bring(page: CourseAdmin, request: HttpRequest) -> HttpResponse:
    """The length is looked at before anything of the body is read; then the request is checked as any other."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_LIMIT:
        form = BringForm(None)
        said = _("The file is too large: at most %(most)d MB are read.") % {"most": archives.PACKED_LIMIT // 10**6}
        return _form_page(page, request, form, _("Bring a course"), _("Check"), problems=[said], status=413)
    checked: HttpResponse = method_decorator(csrf_protect)(_Bring.handle)(_Bring(page), request)
    return checked


class _Bring:
    def __init__(self, page: CourseAdmin) -> None:
        self.page = page

    def handle(self, request: HttpRequest) -> HttpResponse:
        if not self.page.has_add_permission(request):
            raise PermissionDenied
        form = BringForm(request.POST or None, request.FILES or None, initial={"course": request.GET.get("course", "")})
        problems: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                revision = _proposed(request, form.cleaned_data)
            except BadCourse as error:
                problems = str(error).splitlines()
            except git.GitRefused as error:
                problems = [str(error)]
            else:
                return redirect("admin:catalog_revision_change", revision.pk)
        status = 422 if problems else 200
        return _form_page(
            self.page, request, form, _("Bring a course"), _("Check"), problems=problems, status=status, upload=True
        )


def _proposed(request: HttpRequest, given: dict[str, Any]) -> Revision:
    if given["archive"]:
        name = str(given["archive"].name)[:200]
        slug = given["course"] or slugs.of_file(name)
        with archives.course_in(given["archive"].read(), name=name, slug=slug) as tree:
            return _checked(request, tree, source=name)
    remote, ref = git.check(given["repository"].strip()), given["ref"].strip() or "HEAD"
    fetched = git.fetch(remote, ref)
    with archives.course_in(fetched.archive, name=remote.url, slug=given["course"] or remote.slug) as tree:
        return _checked(request, tree, source=f"{remote.url}@{ref}", commit=fetched.commit)


def _checked(request: HttpRequest, tree: CourseTree, *, source: str, commit: str = "") -> Revision:
    """Only courses of one's own, or new ones, are replaced."""
    present = Course.objects.filter(slug=tree.slug).first()
    if present is not None and not scope.manages(request, present):
        raise git.GitRefused(_("A course of this name belongs to other people: give yours another name."))
    return revisions.propose(tree=tree, source=source, commit=commit, by=cast("User", request.user))


def take_on(request: HttpRequest, course: Course) -> None:
    """Who makes a course is its instructor, otherwise it would vanish from their list."""
    if not request.user.is_superuser:
        enrol(course=course, user=cast("User", request.user), role=Role.INSTRUCTOR, by=None)
        request.__dict__.pop("managed_courses", None)  # it has one more now


def _own(page: CourseAdmin, request: HttpRequest, object_id: str) -> Course:
    course: Course | None = page.get_object(request, object_id)
    if course is None or not page.has_change_permission(request, course):
        raise PermissionDenied
    return course


def _form_page(
    page: CourseAdmin,
    request: HttpRequest,
    form: forms.Form,
    title: str,
    button: str,
    *,
    problems: list[str] | None = None,
    status: int = 200,
    upload: bool = False,
) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "form": form,
        "title": title,
        "button": button,
        "problems": problems or [],
        "upload": upload,
        "opts": page.opts,
    }
    return TemplateResponse(request, "admin/form_page.html", context, status=status)
