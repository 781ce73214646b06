"""What graders do around a decision: go on without one, take one back, share the work out, flag, lift the veil."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from athanor.web.course import find_course
from athanor.web.people import is_fetch, person
from athanor.web.review import address_of, find_work, go_on, lead_to, refused, show_work
from courses.attempts.errors import NotReviewable
from courses.attempts.models import Attempt
from courses.review import distribution, services
from courses.review.choice import choice_of
from courses.texts import localise


@login_required
@require_POST
def skip(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """The next piece; this one is for whoever comes."""
    found = find_work(request, attempt)
    services.release_claim(attempt=found, grader=person(request))
    return go_on(request, found, "")


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take my last decision back, and show that piece again."""
    choice = choice_of(request.GET, person(request))
    try:
        undone = services.undo(grader=person(request))
    except NotReviewable as error:
        text = localise(error.text, get_language() or "en")
        if not is_fetch(request):
            messages.error(request, text)
        return lead_to(request, address_of(choice, None), text) if is_fetch(request) else redirect("review")
    return lead_to(request, address_of(choice, undone.attempt), _("The decision is taken back: decide again."))


@login_required
@require_POST
def share(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """`do`: take, or back."""
    found = find_work(request, attempt)
    try:
        if request.POST.get("do") == "back":
            distribution.give_back(attempt=found, by=person(request))
        else:
            distribution.take(attempt=found, grader=person(request))
    except NotReviewable as error:
        return refused(request, found, error)
    return show_work(request, _fresh(request, found))


@login_required
@require_POST
def flag(request: HttpRequest, attempt: UUID) -> HttpResponse:
    found = find_work(request, attempt)
    services.flag(attempt=found, by=person(request), note=request.POST.get("note", ""))
    messages.success(request, _("It is flagged: it waits in the queue with your note."))
    return show_work(request, _fresh(request, found))


@login_required
@require_POST
def unveil(request: HttpRequest, attempt: UUID) -> HttpResponse:
    found = find_work(request, attempt)
    services.unveil(attempt=found, by=person(request))
    return show_work(request, found)


def _fresh(request: HttpRequest, attempt: Attempt) -> Attempt:
    return find_work(request, attempt.pk)


@login_required
@require_POST
def distribute(request: HttpRequest, course: str) -> HttpResponse:
    """Hand what waits out to the graders."""
    found = find_course(person(request), course)
    count = distribution.distribute(course=found, by=person(request))
    text = ngettext("%(n)d piece was handed out.", "%(n)d pieces were handed out.", count) % {"n": count}
    messages.success(request, text if count else _("Everything that waits is somebody’s already."))
    return redirect(address_of(choice_of(request.GET, person(request)), None))


urlpatterns = [
    path("review/undo/", undo, name="undo_decision"),
    path("review/<uuid:attempt>/skip/", skip, name="skip_work"),
    path("review/<uuid:attempt>/share/", share, name="share_work"),
    path("review/<uuid:attempt>/flag/", flag, name="flag_work"),
    path("review/<uuid:attempt>/unveil/", unveil, name="unveil"),
    path("review/courses/<slug:course>/distribute/", distribute, name="distribute"),
]
