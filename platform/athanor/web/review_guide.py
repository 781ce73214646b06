"""The guide for graders, as a page: the same text as in the repository."""

import re

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from athanor.web.people import person
from courses.people.errors import Denied
from courses.people.rules import courses_reviewed_by

GUIDE = settings.ROOT / "docs" / "grading-guide.md"


@login_required
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    if not courses_reviewed_by(person(request)).exists():
        raise Denied
    if not GUIDE.is_file():
        raise Http404("This installation came without its documents.")
    _title, _, text = GUIDE.read_text(encoding="utf-8").partition("\n")
    # What stands below the title there stands below the page's own here.
    return render(request, "review/guide.html", {"text": re.sub(r"^#(#+ )", r"\1", text, flags=re.MULTILINE)})


urlpatterns = [path("review/guide/", guide, name="grading_guide")]
