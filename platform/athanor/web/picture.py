"""Pictures: those that an attempt made, for whoever may see the attempt, and those that an exercise shows."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_GET
from PIL import Image, PngImagePlugin

from athanor.web.attempt import find_attempt
from athanor.web.exercise import find_exercise
from athanor.web.people import person
from athanor.web.workspace import spec_of
from courses.attempts import selectors
from courses.attempts.models import Attempt
from courses.catalog import assets
from courses.people import rules
from courses.regrade.answers import subjects_of
from workers.backends import pictures
from workers.backends.infotext import infotext
from workers.backends.requests import ImageRequest
from workers.scheduling.models import Job

FOR_A_YEAR = "private, max-age=31536000, immutable"  # what a digest names never changes
FOR_A_MINUTE = "private, max-age=60"


class DigestConverter(StringConverter):
    regex = "[0-9a-f]{64}"


register_converter(DigestConverter, "digest")


@login_required
@require_GET
def picture(request: HttpRequest, attempt: UUID, digest: str) -> HttpResponse:
    """The original; with `?download` the same pixels in a file that says how they were made."""
    found = find_attempt(request, attempt)
    job = _job(request, found, digest)
    if job is None:
        raise Http404("This attempt has no such picture.")
    png = stored(pictures.read, digest)
    if "download" not in request.GET:
        return served(png, "image/png", FOR_A_YEAR)
    response = served(labelled(png, job.request, job.result or {}, digest), "image/png", FOR_A_MINUTE)
    response["Content-Disposition"] = f'attachment; filename="athanor-{_number(found)}-{digest[:8]}.png"'
    return response


@login_required
@require_GET
def thumbnail(request: HttpRequest, attempt: UUID, digest: str) -> HttpResponse:
    if _job(request, find_attempt(request, attempt), digest) is None:
        raise Http404("This attempt has no such picture.")
    return served(stored(pictures.thumbnail, digest), "image/webp", FOR_A_YEAR)


def _job(request: HttpRequest, attempt: Attempt, digest: str) -> Job | None:
    """Of the student's own work; else of what was made again for the mark, or, for instructors, may be."""
    own = selectors.job_of_picture(attempt, digest)
    if own is not None:
        return own
    again = subjects_of(attempt, previews=rules.can_manage(request.user, attempt.exercise.module.course))
    return selectors.job_of_picture(attempt, digest, again=again) if again else None


@login_required
@require_GET
def exhibit(request: HttpRequest, course: str, module: str, exercise: str, name: str) -> HttpResponse:
    """A picture that belongs to the exercise itself, such as a target to match."""
    found = find_exercise(person(request), course, module, exercise)
    kind = selectors.kind_of(found)
    shown = kind.exhibits(spec_of(found), assets.reader(found.pk)) if kind.exhibits else {}
    if name not in shown:
        raise Http404("This exercise shows no such picture.")
    try:
        return served(shown[name](), "image/png", FOR_A_MINUTE)
    except KeyError as error:
        raise Http404("The file of this picture is not in the course.") from error


def stored(read: Callable[[str], bytes], digest: str) -> bytes:
    try:
        return read(digest)
    except KeyError as error:
        raise Http404("This picture is gone from the store.") from error


def _number(attempt: Attempt) -> str:
    return f"{attempt.exercise.slug}-{attempt.number}"


def labelled(png: bytes, asked: object, result: Mapping[str, Any], digest: str) -> bytes:
    """The same pixels, with the parameters of the server's record in a text chunk."""
    label = PngImagePlugin.PngInfo()
    label.add_itxt("parameters", infotext(ImageRequest.model_validate(asked), result, digest))
    label.add_text("Software", "Athanor")
    written = BytesIO()
    with Image.open(BytesIO(png)) as image:
        image.save(written, "PNG", pnginfo=label)
    return written.getvalue()


def served(data: bytes, content_type: str, cache: str) -> HttpResponse:
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=content_type, headers=headers)


urlpatterns = [
    path("attempts/<uuid:attempt>/pictures/<digest:digest>.png", picture, name="picture"),
    path("attempts/<uuid:attempt>/pictures/<digest:digest>.webp", thumbnail, name="thumbnail"),
    path(
        "courses/<slug:course>/<slug:module>/exercises/<slug:exercise>/exhibits/<slug:name>.png",
        exhibit,
        name="exhibit",
    ),
]
