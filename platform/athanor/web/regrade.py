"""Regrades: what a new rubric would do to marks that were given, and doing it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.web.people import is_fetch, person
from courses.catalog.models import Exercise
from courses.people import rules
from courses.people.errors import Denied, Hidden
from courses.people.models import Group
from courses.regrade import selectors, services
from courses.regrade.answers import beside
from courses.regrade.asking import waiting
from courses.regrade.errors import RegradeRefused
from courses.regrade.models import Regrade
from courses.regrade.pricing import price_of
from courses.texts import localise

ROWS = 50
EFFECTS = {
    "up": gettext_lazy("rises"),
    "down": gettext_lazy("falls"),
    "scored": gettext_lazy("gets a mark for the first time"),
    "evidence": gettext_lazy("same mark, other reasons"),
    "same": gettext_lazy("nothing changes"),
    "kept": gettext_lazy("would fall, is kept"),
    "unscored": gettext_lazy("cannot be judged now, is kept"),
    "withheld": gettext_lazy("the models failed known questions, is kept"),
    "decided": gettext_lazy("decided by a person, is kept"),
}


class _ExerciseField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own class takes none at run time
    def label_from_instance(self, exercise: Exercise) -> str:
        return f"{exercise.module.course} · {exercise}"


class _GroupField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, group: Group) -> str:
        return f"{group.course} · {group}"


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))


class RegradeForm(forms.Form):
    exercise = _ExerciseField(Exercise.objects.none(), label=gettext_lazy("Exercise"))
    method = forms.ChoiceField(
        label=gettext_lazy("What is done again"),
        choices=Regrade.Method.choices,
        initial=Regrade.Method.RESCORE,
        required=False,
        help_text=gettext_lazy("Where models are asked, you see the cost first."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the students whose mark moves"),
        widget=forms.Textarea({"rows": 3}),
        max_length=services.NOTE_LIMIT,
    )
    group = _GroupField(Group.objects.none(), label=gettext_lazy("Only this group"), required=False)
    since = _moment(gettext_lazy("Handed in from"))
    until = _moment(gettext_lazy("Handed in until"))
    criterion = forms.CharField(
        label=gettext_lazy("Only where this criterion missed something"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Its id in the rubric."),
    )
    never_lower = forms.BooleanField(label=gettext_lazy("Never lower a mark"), required=False)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = rules.courses_managed_by(user).values("pk")
        exercises = Exercise.objects.filter(module__course__in=courses, practice=False, archived=False)
        groups = Group.objects.filter(course__in=courses)
        self._offer("exercise", exercises.select_related("module__course"))
        self._offer("group", groups.select_related("course"))

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def scope(self) -> dict[str, Any]:
        given = self.cleaned_data
        group: Group | None = given["group"]
        found = {"group": group.pk if group else None, "since": given["since"], "until": given["until"]}
        return {**found, "criterion": given["criterion"]}


@login_required
@require_http_methods(["GET", "POST"])
def regrades(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not rules.courses_managed_by(user).exists():
        raise Denied
    form, problem = RegradeForm(user, request.POST or None, initial={"exercise": request.GET.get("exercise")}), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.prepare(
                exercise=given["exercise"],
                by=user,
                note=given["note"],
                scope=form.scope(),
                never_lower=given["never_lower"],
                method=given["method"] or Regrade.Method.RESCORE,
            )
            return redirect("regrade", made.pk)
        except RegradeRefused as error:
            problem = _said(error)
    page = Paginator(selectors.regrades_of(user), ROWS).get_page(request.GET.get("page"))
    status = 422 if request.method == "POST" else 200
    return render(request, "regrade/list.html", {"page": page, "form": form, "problem": problem}, status=status)


def _said(error: RegradeRefused) -> str:
    return localise(error.text, get_language() or "en")


@login_required
@require_GET
def regrade(request: HttpRequest, regrade: UUID) -> HttpResponse:
    found = _found(request, regrade)
    return _page(request, found)


def _found(request: HttpRequest, pk: UUID) -> Regrade:
    related = ("exercise__module__course", "rubric", "created_by", "applied_by", "reverted_by")
    found = Regrade.objects.select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Hidden("No such regrade.")
    rules.check_can_manage(request.user, found.exercise.module.course)
    return found


def _page(request: HttpRequest, found: Regrade, *, problem: str = "", status: int = 200) -> HttpResponse:
    states = Regrade.State
    page = Paginator(selectors.movers(found), ROWS).get_page(request.GET.get("page"))
    context = {
        "regrade": found,
        "exercise": found.exercise,
        "summary": selectors.summary(found),
        "effects": EFFECTS,
        "page": page,
        "answers": {str(key): rows for key, rows in beside(found, [each.attempt_id for each in page]).items()},
        "working": found.state in Regrade.WORKING,
        "price": price_of(found) if found.state == states.PRICED else None,
        "asked": waiting(found) if found.asks and found.state == states.PREVIEWING else 0,
        "may_ask": found.state == states.PRICED,
        "may_apply": found.state == states.READY,
        "may_cancel": found.state in services.BEFORE,
        "may_roll_back": found.state in (states.APPLIED, states.APPLYING),
        "outdated": found.state in services.BEFORE and found.exercise.rubric_id != found.rubric_id,
        "problem": problem,
    }
    name = "regrade/regrade.html#live" if is_fetch(request) else "regrade/regrade.html"
    return render(request, name, context, status=status)


ACTIONS: dict[str, Callable[..., Regrade]] = {
    "ask": services.ask,
    "apply": services.apply,
    "roll_back": services.roll_back,
    "cancel": services.cancel,
    "pause": lambda **who: services.pause(**who, paused=True),
    "resume": lambda **who: services.pause(**who, paused=False),
}


@login_required
@require_POST
def act(request: HttpRequest, regrade: UUID) -> HttpResponse:
    """Ask the models, apply, roll back, cancel, pause or resume: the form's `do`."""
    found, action = _found(request, regrade), ACTIONS.get(request.POST.get("do", ""))
    try:
        if action is not None:
            action(regrade=found, by=person(request))
    except RegradeRefused as error:
        return _page(request, _found(request, regrade), problem=_said(error), status=409)
    return redirect("regrade", found.pk)


urlpatterns = [
    path("regrades/", regrades, name="regrades"),
    path("regrades/<uuid:regrade>/", regrade, name="regrade"),
    path("regrades/<uuid:regrade>/act/", act, name="act_on_regrade"),
]
