"""Every component of the interface in both themes, for whoever builds pages: one file in `templates/ui/shown/` each."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from athanor.web.people import person
from athanor.web.plots import PlotData, Series
from athanor.web.templatetags.component import DECLARED, Declared
from courses.people import rules
from courses.people.errors import Denied

FOLDER = "ui/shown"
SYMBOL = re.compile(r'<symbol id="([\w-]+)"')
COLOURS = (
    "paper", "surface", "surface-raised", "surface-sunken", "line", "line-strong", "ink", "ink-soft", "ink-faint",
    "ember", "ember-fill", "ember-wash", "good", "good-wash", "warn", "warn-wash", "bad", "bad-wash", "info",
    "info-wash",
)  # fmt: skip
THEMES = (("light", _("Light")), ("dark", _("Dark")))


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("The answer is cut off there."))
    text = forms.CharField(label=_("Message"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    choice = forms.ChoiceField(
        label=_("Theme"), choices=[("a", _("Light")), ("b", _("Dark"))], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label=_("Draft saved"), required=False)
    number = forms.IntegerField(label=_("Seed"), required=False)
    zone = forms.ChoiceField(label=_("Language"), required=False, choices=[("", "English"), ("fr", "Français")])


@dataclass(frozen=True, slots=True)
class Shown:
    """A component with its examples; `declared` where it is a template tag."""

    name: str
    template: str
    declared: Declared | None


@login_required
@require_GET
def ui(request: HttpRequest) -> HttpResponse:
    """For the staff of a course and of the site. Raises Denied."""
    user = person(request)
    if not (user.is_staff or rules.courses_reviewed_by(user).exists()):
        raise Denied("Only staff may do this.")
    context = {"components": components(), "icons": icons(), "colours": COLOURS, "themes": THEMES}
    return render(request, "ui/ui.html", context | _samples())


def _samples() -> dict[str, object]:
    """What the examples show."""
    levels = (messages.SUCCESS, messages.INFO, messages.WARNING, messages.ERROR)
    said = [Message(level, gettext("Your settings are saved.")) for level in levels]
    wrong = {"name": "", "choice": "a", "agreed": "on"}  # one field is missing: its error is shown
    return {
        "form": SampleForm(wrong, auto_id="day_%s"),
        "night_form": SampleForm(wrong, auto_id="night_%s"),
        "sample_messages": said,
        "moment": timezone.now() - timedelta(hours=3),
        "plot": PlotData(
            gettext("Week"),
            ["1", "2", "3"],
            [Series(gettext("Answers"), [4, 9, 7]), Series(gettext("Failed"), [1, None, 2])],
        ),
        "statuses": ("pass", "partial", "fail", "needs_review", "unscored", "error"),
    }


def components() -> list[Shown]:
    folder = settings.ROOT / "templates" / FOLDER
    names = sorted(file.stem for file in folder.glob("*.html"))
    return [Shown(name, f"{FOLDER}/{name}.html", DECLARED.get(name)) for name in names]


def icons() -> list[str]:
    """The symbols of the sprite, in its order."""
    sprite = finders.find("img/icons.svg")
    return SYMBOL.findall(Path(str(sprite)).read_text(encoding="utf-8"))


urlpatterns = [path("ui/", ui, name="ui")]
