"""Work of different students that is alike. For the staff; likeness proves nothing, and the pages say so."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from athanor.web.course import find_course
from athanor.web.people import person
from courses.catalog.models import Exercise
from courses.people import rules
from courses.similarity import selectors, services
from courses.similarity.models import Pair

ROWS = 50


def _exercise(request: HttpRequest, course: str, exercise: int) -> Exercise:
    found = find_course(person(request), course)
    rules.check_can_review(request.user, found)
    rows = Exercise.objects.select_related("module__course").filter(practice=False)
    return get_object_or_404(rows, module__course=found, pk=exercise)


@login_required
@require_http_methods(["GET", "POST"])
def similarity(request: HttpRequest, course: str, exercise: int) -> HttpResponse:
    """The pairs; POST asks for a comparison."""
    found = _exercise(request, course, exercise)
    if request.method == "POST":
        services.ask(exercise=found, by=person(request))
        messages.info(request, _("The work is being compared. Come back in a minute."))
        return redirect("similarity", course, found.pk)
    page = Paginator(selectors.pairs_of(found), ROWS).get_page(request.GET.get("page"))
    context = {
        "course": found.module.course, "exercise": found, "page": page, "search": "",
        "comparison": selectors.comparison_of(found),
        "names": rules.can_see_names(request.user, found.module.course),
    }  # fmt: skip
    return render(request, "similarity/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def similar_pair(request: HttpRequest, course: str, exercise: int, pair: int) -> HttpResponse:
    """Both works side by side; POST notes what a person makes of them."""
    found = _exercise(request, course, exercise)
    rows = Pair.objects.select_related("first__student", "second__student", "noted_by")
    row = get_object_or_404(rows, exercise=found, pk=pair)
    row.exercise = found
    if request.method == "POST":
        try:
            services.judge(
                pair=row, by=person(request), verdict=request.POST.get("verdict", ""), note=request.POST.get("note", "")
            )
        except ValueError as error:
            raise Http404 from error
        messages.success(request, _("Saved."))
        return redirect("similarity", course, found.pk)
    context = {
        "course": found.module.course, "exercise": found, "pair": row, "sides": selectors.sides(row),
        "verdicts": Pair.Verdict.choices, "names": rules.can_see_names(request.user, found.module.course),
    }  # fmt: skip
    return render(request, "similarity/pair.html", context)


urlpatterns = [
    path("similarity/<slug:course>/<int:exercise>/", similarity, name="similarity"),
    path("similarity/<slug:course>/<int:exercise>/<int:pair>/", similar_pair, name="similar_pair"),
]
