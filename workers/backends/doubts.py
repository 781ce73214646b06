"""What is doubtful about an alias and its routes, in words for whoever operates the site."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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


def doubts(alias: ModelAlias, routes: Sequence[Route]) -> Iterator[str]:
    """Sentences; `routes` come with their servers and what models those were seen to have. A route to a server that is
    switched off is none."""
    routes = [route for route in routes if route.server.enabled]
    facts: dict[str, object] = {"alias": alias.name}
    if not routes:
        yield _("%(alias)s leads nowhere: work for it is taken and waits until it has a route.") % facts
    elif not any(route.server.local for route in routes):
        yield _("%(alias)s leads off our premises only: courses whose work stays here wait.") % facts
    for gap in gaps([route.limits for route in routes], alias.pool):
        facts |= {"work": _work(gap, alias.pool), "lengths": _lengths(gap)}
        yield _("%(alias)s: no route takes %(work)s with prompts of %(lengths)s; such work waits.") % facts
    for route in routes:
        seen = {model.name for model in route.server.models.all()}
        if route.model and seen and not {route.model, f"{route.model}:latest"} & seen:
            facts = {"server": route.server.name, "model": route.model, "seen": ", ".join(sorted(seen)[:8])}
            yield _("%(server)s was not seen to have %(model)s; it has: %(seen)s.") % facts


def conditions(route: Route) -> list[str]:
    """What a route takes, where it does not take everything."""
    found = []
    least, most = route.min_prompt_tokens, route.max_prompt_tokens
    if least or most is not None:
        lengths = _lengths(Gap((), least or 0, None if most is None else most + 1))
        found.append(_("prompts of %(lengths)s") % {"lengths": lengths})
    if route.purposes:
        found.append(_("only %(work)s") % {"work": _listed(route.purposes)})
    if route.weight is not None:
        found.append(_("weight %(weight)s") % {"weight": number_format(Decimal(f"{route.weight:g}"))})
    return found


def _work(gap: Gap, pool: str) -> str:
    return _("any work") if set(gap.purposes) == set(OF_POOL[pool]) else _listed(gap.purposes)


def _listed(purposes: Sequence[str]) -> str:
    return str(get_text_list([str(PURPOSES[Purpose(one)]) for one in purposes], _("and")))


def _lengths(gap: Gap) -> str:
    least = number_format(gap.least, force_grouping=True)
    if gap.below is None:
        return _("%(least)s tokens and more") % {"least": least} if gap.least else _("any length")
    most = number_format(gap.below - 1, force_grouping=True)
    if not gap.least:
        return _("up to %(most)s tokens") % {"most": most}
    return _("%(least)s to %(most)s tokens") % {"least": least, "most": most}
