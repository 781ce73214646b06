"""Where an alias leads: the routes on the forms of aliases and servers."""

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from athanor.administration.base import Blocks, Rows
from workers.backends.gaps import OF_POOL, Gap, gaps
from workers.backends.models import ModelAlias, Route
from workers.backends.routing import Purpose

PURPOSES = {
    Purpose.CHAT: gettext_lazy("chat"),
    Purpose.TOOLS: gettext_lazy("chat with tools"),
    Purpose.JUDGE: gettext_lazy("judging work"),
    Purpose.EMBED: gettext_lazy("comparing texts"),
    Purpose.IMAGE: gettext_lazy("pictures"),
    Purpose.TOKENIZE: gettext_lazy("splitting into tokens"),
    Purpose.PREDICT: gettext_lazy("next tokens"),
}


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
    for text in _doubts(alias):
        messages.warning(request, text)


def _doubts(alias: ModelAlias) -> Iterator[str]:
    routes = list(alias.routes.select_related("server", "alias").prefetch_related("server__models"))
    if not routes:
        yield _("%(alias)s leads nowhere: work for it is taken and waits until it has a route.") % {"alias": alias}
    elif not any(route.server.local for route in routes):
        yield _("%(alias)s leads off our premises only: courses whose work stays here wait.") % {"alias": alias}
    for gap in gaps([route.limits for route in routes], alias.pool):
        facts = {"alias": alias, "work": _work(gap, alias.pool), "lengths": _lengths(gap)}
        yield _("%(alias)s: no route takes %(work)s with prompts of %(lengths)s; such work waits.") % facts
    for route in routes:
        seen = {model.name for model in route.server.models.all()}
        if route.model and seen and not {route.model, f"{route.model}:latest"} & seen:
            facts = {"server": route.server, "model": route.model, "seen": ", ".join(sorted(seen)[:8])}
            yield _("%(server)s was not seen to have %(model)s; it has: %(seen)s.") % facts


def _work(gap: Gap, pool: str) -> str:
    if set(gap.purposes) == set(OF_POOL[pool]):
        return _("any work")
    return get_text_list([str(PURPOSES[one]) for one in gap.purposes], _("and"))


def _lengths(gap: Gap) -> str:
    if gap.below is None:
        if gap.least == 0:
            return _("any length")
        return _("%(least)s tokens and more") % {"least": number_format(gap.least, force_grouping=True)}
    ends = {"least": number_format(gap.least, force_grouping=True),
            "most": number_format(gap.below - 1, force_grouping=True)}  # fmt: skip
    return _("%(least)s to %(most)s tokens") % ends
