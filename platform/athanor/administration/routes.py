"""Where an alias leads: the routes on the forms of aliases and servers."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from athanor.administration.base import Blocks, Rows
from workers.backends.doubts import PURPOSES, doubts
from workers.backends.models import ModelAlias, Route


class RouteForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("Only for"), required=False, choices=[(one.value, words) for one, words in PURPOSES.items()],
        widget=UnfoldAdminCheckboxSelectMultipleWidget, help_text=gettext_lazy("None chosen: for all work."),
    )  # fmt: skip

    class Meta:
        model = Route
        fields = ("server", "model", "position", "weight", "min_prompt_tokens", "max_prompt_tokens", "purposes")


class RouteBlocks(Blocks):
    """The routes of an alias."""

    model = Route
    form = RouteForm
    fields = (("server", "model"), ("position", "weight"), ("min_prompt_tokens", "max_prompt_tokens"), "purposes")
    ordering = ("position", "pk")
    tab = True


class RouteRows(Rows):
    """The routes to a server; the rest of them stands on the page of the alias."""

    model = Route
    fields = ("alias", "position", "model")
    tab = True


def warn_of_gaps(request: HttpRequest, alias: ModelAlias) -> None:
    """Say what the routes of an alias, as they are now, leave out."""
    routes = alias.routes.select_related("server", "alias").prefetch_related("server__models")
    for text in doubts(alias, list(routes)):
        messages.warning(request, text)
