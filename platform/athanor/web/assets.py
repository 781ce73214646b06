"""Files of a course that its lessons and statements show: for whoever may open the course."""

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from athanor.web.people import person
from courses.catalog import asset_files, assets
from courses.catalog.models import Asset, Course
from courses.people.errors import Hidden
from courses.people.rules import check_can_open_course

# Whatever an author's SVG or JSON holds, opened by itself it is a dead document.
DEAD = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["data:"], "sandbox": []}


def assets_address(course: Course) -> str:
    """Where the course's files are; ends in a slash."""
    return reverse("asset", args=[course.slug, "-"]).removesuffix("-")


@login_required
@require_GET
@csp_replace(DEAD)  # type: ignore[arg-type]  # its types know no parameters of the address
def asset(request: HttpRequest, course: str, path: str) -> HttpResponse:
    found = get_object_or_404(Asset.objects.select_related("course"), course__slug=course, path=path)
    check_can_open_course(person(request), found.course)
    tag = f'"{found.digest}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    try:
        response = HttpResponse(assets.read(found.digest), content_type=asset_files.media_type(path))
    except KeyError as error:
        raise Hidden("The file is gone from the store.") from error
    if not asset_files.is_image(path):
        response["Content-Disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [
    path("courses/<slug:course>/assets/<path:path>", asset, name="asset"),
]
