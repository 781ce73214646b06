"""Certificates: asking for one, its PDF, and the page behind its code, which anybody may open."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from athanor.web.course import find_course
from athanor.web.people import person
from courses.people.rules import can_manage
from courses.progress import paper, services
from courses.progress.errors import NotCompleted
from courses.progress.models import Certificate
from courses.texts import localise


@login_required
@require_POST
def issue(request: HttpRequest, course: str) -> HttpResponse:
    user = person(request)
    found = find_course(user, course)
    try:
        certificate = services.issue(student=user, course=found)
    except NotCompleted as refused:
        messages.error(request, localise(refused.text, get_language() or "en"))
        return redirect("course", found.slug)
    return redirect("certificate", certificate.code)


@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Name, course and date, and nothing else of the person. Whoever holds the code may read them."""
    found = services.find(code)
    valid = found is not None and found.revoked_at is None
    context = {"certificate": found if valid else None, "code": code[:40], "revoked": bool(found and not valid)}
    context["mine"] = bool(found and found.student_id == request.user.pk)
    response = render(request, "course/certificate.html", context, status=200 if valid else 404)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_GET
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """For the person it names, and for whoever manages the course."""
    found = services.find(code)
    own = found is not None and (found.student_id == request.user.pk or can_manage(request.user, found.course))
    if found is None or not own or found.revoked_at is not None:
        raise Http404("No such certificate.")
    response = HttpResponse(_drawn(request, found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{found.course.slug}.pdf"'
    return response


def _drawn(request: HttpRequest, certificate: Certificate) -> bytes:
    language = get_language() or "en"
    return paper.draw(
        name=certificate.name,
        title=localise(certificate.title, language),
        issuer=certificate.issuer or "Athanor",
        date=date_format(timezone.localtime(certificate.issued_at), "DATE_FORMAT"),
        code=certificate.shown_code,
        url=request.build_absolute_uri(reverse("certificate", args=[certificate.code])),
        language=language,
    )


urlpatterns = [
    path("courses/<slug:course>/certificate/", issue, name="issue_certificate"),
    path("certificates/<str:code>/", certificate, name="certificate"),
    path("certificates/<str:code>/pdf/", pdf, name="certificate_pdf"),
]
