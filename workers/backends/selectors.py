"""Read servers, models and routes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Q, QuerySet
from django.utils import timezone

from workers import prepared
from workers.backends.models import ModelAlias, Route, Server, ServerModel
from workers.backends.routing import Bar, Demand, Limits

# Health that a job may be sent to. An unknown server gets its chance; the first failure tells.
USABLE = (Server.Health.HEALTHY, Server.Health.UNKNOWN, Server.Health.BUSY)
ALIAS = prepared.Given(0, CharField())
NO_LIMITS = Limits()
RARE = ("tokenize", "predict")  # tasks that not every server of a pool can do


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place where an alias may be served, in the order in which to try."""

    server: Server
    model: str  # what the server wants to read; empty while nothing is known of its models
    position: int
    usable: bool  # it may be given a job now
    known: bool  # the server was seen to have the model
    digest: str = ""
    context_length: int | None = None
    loaded: bool = False
    capabilities: tuple[str, ...] = ()
    weight: float | None = None  # among candidates of the same position
    limits: Limits = NO_LIMITS

    @property
    def demonstration(self) -> bool:
        return self.server.demonstration

    def bar(self, demand: Demand) -> Bar | None:
        """Why it does not take such jobs, however free it is; None: it does."""
        return self.limits.bar(demand, local=self.server.local)


def usable_servers(now: datetime | prepared.Given) -> Q:
    """Servers that may be given a job."""
    rested = Q(retry_at__isnull=True) | Q(retry_at__lte=now)
    return rested & Q(enabled=True, paused=False, draining=False, health__in=USABLE)


def is_usable(server: Server, now: datetime) -> bool:
    """The same question about one row."""
    rested = server.retry_at is None or server.retry_at <= now
    off_duty = server.paused or server.draining or not server.enabled
    return rested and not off_duty and server.health in USABLE


def resolve(alias: str, *, task: str = "chat") -> list[Candidate]:
    """Where an alias leads: usable servers first, then those that have the model, in the order of its routes.

    A route without a model means the server's first model that can do the task. An unknown alias leads nowhere, and
    one for private work to our own servers only.
    """
    return [one for one in everywhere(alias, task=task) if one.server.local or not one.limits.local_only]


def resolve_for(demand: Demand) -> list[Candidate]:
    """`resolve` for jobs whose size, purpose and privacy are known: the routes that take them."""
    return [one for one in everywhere(demand.alias, task=demand.task) if one.bar(demand) is None]


def everywhere(alias: str, *, task: str = "chat") -> list[Candidate]:
    """The same with the routes that the work at hand may not take (`Candidate.bar`)."""
    routes = prepared.objects("routes of an alias", _routes, alias)
    models = {model.pk: model for model in prepared.objects("models of an alias", _models, alias)} if routes else {}
    now = timezone.now()
    candidates = []
    for route in routes:
        theirs = [model for model in models.values() if model.server_id == route.server_id]
        candidates.append(_candidate(route, route.server, theirs, task, now))
    candidates = _able(candidates, task)
    return sorted(candidates, key=lambda one: (not one.usable, not one.known, one.position))


def _models() -> QuerySet[ServerModel]:
    return ServerModel.objects.filter(server__routes__alias__name=ALIAS, server__enabled=True).order_by("name")


def _routes() -> QuerySet[Route]:
    rows = Route.objects.filter(alias__name=ALIAS, server__enabled=True).select_related("alias", "server")
    return rows.order_by("position", "pk")


def _able(candidates: list[Candidate], task: str) -> list[Candidate]:
    """For tasks that few servers can do, only those that said they can, where there is one."""
    able = [one for one in candidates if task in one.capabilities]
    return able if able and task in RARE else candidates


def _candidate(route: Route, server: Server, models: list[ServerModel], task: str, now: datetime) -> Candidate:
    model = _model(route, models, task)
    return Candidate(
        server=server,
        model=model.name if model else route.model,
        position=route.position,
        usable=is_usable(server, now),
        known=model is not None,
        digest=model.digest if model else "",
        context_length=model.context_length if model else None,
        loaded=model.loaded if model else False,
        capabilities=tuple(model.capabilities) if model else (),
        weight=route.weight,
        limits=route.limits,
    )


def _model(route: Route, models: list[ServerModel], task: str) -> ServerModel | None:
    if not route.model:
        return min(models, key=lambda model: (task not in model.capabilities, model.name), default=None)
    # Ollama lists `name:latest` for what people write as `name`.
    names = (route.model, f"{route.model}:latest")
    return next((model for name in names for model in models if model.name == name), None)


def demonstration_pool(alias: str) -> str:
    """Which pool (text, image) an alias leads to, where every enabled server of it is a demonstration; else empty."""
    rows = Route.objects.filter(alias__name=alias, server__enabled=True)
    found = list(rows.values_list("server__demonstration", "alias__pool"))
    return str(found[0][1]) if found and all(flag for flag, _pool in found) else ""


def alias_exists(alias: str) -> bool:
    return ModelAlias.objects.filter(name=alias).exists()


def different_digests() -> dict[str, dict[str, str]]:
    """Aliases whose servers do not run the same weights: alias → server → digest. Answers then depend on the server."""
    found: dict[str, dict[str, str]] = {}
    for alias in ModelAlias.objects.order_by("name").values_list("name", flat=True):
        digests = {one.server.name: one.digest for one in resolve(alias) if one.digest and not one.demonstration}
        if len(set(digests.values())) > 1:
            found[alias] = digests
    return found
