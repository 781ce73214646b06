"""JSON Schemas of course files, for authors' editors."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from courses.catalog.json_schema import schemas


@require_GET
@cache_control(public=True, max_age=3600)
def course_schema(request: HttpRequest, name: str) -> HttpResponse:
    """Open to everybody: an editor has no session, and the schema describes this software, nobody's course."""
    if name not in schemas():
        raise Http404(name)
    return JsonResponse(schemas()[name])


urlpatterns = [path("schemas/<str:name>", course_schema, name="course_schema")]
