"""The model servers, for whoever operates them."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from athanor.config import bundle
from athanor.web.hour import hour_of
from athanor.web.people import is_fetch
from courses.people import rules
from workers.backends import canary, services
from workers.backends.doubts import conditions, doubts
from workers.backends.models import ModelAlias, Route, Server
from workers.backends.selectors import different_digests
from workers.scheduling import selectors
from workers.scheduling.dispatch import dispatch

DUTIES = {"pause": services.pause, "drain": services.drain, "resume": services.resume}


@login_required
@require_GET
def servers(request: HttpRequest) -> HttpResponse:
    rules.check_can_operate(request.user)
    pools = selectors.pools()
    context = {
        "pools": [selectors.overview(pool) for pool in pools],
        "hours": {pool: hour_of(pool) for pool in pools},
        "different": different_digests(),
        "bundle_trouble": bundle.trouble(),
        "idle": Server.objects.filter(enabled=False).prefetch_related("models"),
        "aliases": _aliases(),
    }
    name = "servers/servers.html#live" if is_fetch(request) else "servers/servers.html"
    return render(request, name, context)


@dataclass(frozen=True, slots=True)
class Leads:
    """A route, and what it takes where that is not everything."""

    route: Route
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class Alias:
    alias: ModelAlias
    steps: list[list[Leads]]  # routes of the same position are as good as each other
    doubts: list[str]


def _aliases() -> list[Alias]:
    rows = Route.objects.select_related("server", "alias").order_by("position", "pk").prefetch_related("server__models")
    found = []
    for alias in ModelAlias.objects.prefetch_related(Prefetch("routes", rows)):
        routes = list(alias.routes.all())
        steps = groupby(routes, key=lambda route: route.position)
        found.append(
            Alias(
                alias,
                [[Leads(route, conditions(route)) for route in step] for _position, step in steps],
                list(doubts(alias, routes)),
            )
        )
    return found


@login_required
@require_POST
def probe(request: HttpRequest, server: int) -> HttpResponse:
    rules.check_can_operate(request.user)
    found = get_object_or_404(Server, pk=server)
    services.probe(found)
    found.refresh_from_db()
    say = messages.success if found.health == Server.Health.HEALTHY else messages.warning
    say(request, _("%(server)s: %(health)s") % {"server": found, "health": found.get_health_display()})
    return redirect("servers")


@login_required
@require_POST
def try_models(request: HttpRequest, server: int) -> HttpResponse:
    """A tiny request to each model, really run."""
    rules.check_can_operate(request.user)
    tried = canary.try_server(get_object_or_404(Server, pk=server))
    failed = [model.name for model in tried if not (model.canary or {}).get("ok")]
    if failed:
        messages.warning(request, _("These models did not answer: %(names)s") % {"names": ", ".join(failed)})
    elif tried:
        messages.success(request, _("Every model of this server answered."))
    else:
        messages.warning(request, _("Nothing is known of its models yet: probe it first."))
    return redirect("servers")


@login_required
@require_POST
def duty(request: HttpRequest, server: int) -> HttpResponse:
    """Pause, drain or resume: running jobs finish, no new ones start."""
    rules.check_can_operate(request.user)
    found = get_object_or_404(Server, pk=server)
    DUTIES.get(request.POST.get("duty", ""), services.resume)(found)
    dispatch(found.pool)
    return redirect("servers")


urlpatterns = [
    path("servers/", servers, name="servers"),
    path("servers/<int:server>/probe/", probe, name="probe_server"),
    path("servers/<int:server>/try/", try_models, name="try_server"),
    path("servers/<int:server>/duty/", duty, name="server_duty"),
]
