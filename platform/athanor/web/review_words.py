"""Comments on the work, and the words that graders keep for the next piece."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from athanor.web.course import find_course
from athanor.web.faults import explain
from athanor.web.people import is_fetch, person
from athanor.web.review import find_work, refused, show_work
from athanor.web.talk import talk_about
from courses.attempts.errors import NotReviewable
from courses.people.rules import can_manage, check_can_review
from courses.review import comments
from courses.review.errors import BadComment
from courses.review.models import Comment, Remark
from courses.review.selectors import remarks_for

SIDES = ("x", "y", "width", "height")


@login_required
@require_POST
def comment(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """The form of the decision is sent along, so that without scripts nothing of it is lost."""
    found = find_work(request, attempt)
    words, anchor = request.POST.get("comment", ""), request.POST.get("anchor", "")
    try:
        said = comments.say(attempt=found, by=person(request), text=words, anchor=anchor, region=_region(request.POST))
        if "keep" in request.POST:
            comments.keep_remark(
                course=found.exercise.module.course, owner=person(request), text=words, shared="share" in request.POST
            )
    except NotReviewable as error:
        return HttpResponse(explain(error).text, status=422) if is_fetch(request) else refused(request, found, error)
    if is_fetch(request):
        context = {"attempt": found, "comment": said, "talk": talk_about(found, person(request), may_comment=True)}
        return render(request, "review/comment.html", context, status=201)
    return show_work(request, found, typed=_without_comment(request.POST))


def _region(given: QueryDict) -> list[float] | None:
    """Written in hundredths; nothing where no field is filled. Raises BadComment."""
    written = [given.get(f"region-{side}", "").strip().replace(",", ".") for side in SIDES]
    if not any(written):
        return None
    try:
        return [float(each) / 100 for each in written]
    except ValueError as error:
        raise BadComment from error


def _without_comment(given: QueryDict) -> QueryDict:
    left = given.copy()
    for name in ("comment", "anchor", "keep", "share", *(f"region-{side}" for side in SIDES)):
        left.pop(name, None)
    return left


@login_required
@require_POST
def remove_comment(request: HttpRequest, comment: int) -> HttpResponse:
    related = Comment.objects.select_related("attempt__exercise__module__course")
    found = get_object_or_404(related, pk=comment, removed_at=None)
    work = find_work(request, found.attempt_id)
    comments.remove(comment=found, by=person(request))
    return HttpResponse(status=204) if is_fetch(request) else show_work(request, work)


@login_required
@require_http_methods(["GET", "POST"])
def remarks(request: HttpRequest, course: str) -> HttpResponse:
    """My saved words and those of the whole staff."""
    user, found = person(request), find_course(person(request), course)
    check_can_review(user, found)
    problem = ""
    if request.method == "POST":
        try:
            words, shared = request.POST.get("text", ""), "share" in request.POST
            comments.keep_remark(course=found, owner=user, text=words, shared=shared)
        except BadComment:
            problem = _("There are no words to keep.")
        else:
            return redirect("remarks", found.slug)
    context = {"course": found, "remarks": remarks_for(user, found), "manages": can_manage(user, found),
               "problem": problem}  # fmt: skip
    return render(request, "review/remarks.html", context, status=422 if problem else 200)


@login_required
@require_POST
def forget_remark(request: HttpRequest, course: str, remark: int) -> HttpResponse:
    found = find_course(person(request), course)
    check_can_review(request.user, found)
    comments.forget_remark(remark=get_object_or_404(Remark, course=found, pk=remark), by=person(request))
    return redirect("remarks", found.slug)


urlpatterns = [
    path("review/<uuid:attempt>/comments/", comment, name="comment"),
    path("review/comments/<int:comment>/remove/", remove_comment, name="remove_comment"),
    path("review/courses/<slug:course>/remarks/", remarks, name="remarks"),
    path("review/courses/<slug:course>/remarks/<int:remark>/forget/", forget_remark, name="forget_remark"),
]
