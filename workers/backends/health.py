"""What probes and runs tell about a server, written into its row."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from workers.backends import breakers
from workers.backends.backend import ModelInfo, Probe
from workers.backends.breakers import Breaker
from workers.backends.errors import BackendError, Busy, Interrupted, Misconfigured, ServerFault, Unreachable, WrongTask
from workers.backends.models import Server, ServerModel
from workers.events.publish import publish

logger = logging.getLogger(__name__)


def answered(server: Server, probe: Probe) -> bool:
    """A probe was answered; the server's models are what it saw. Returns whether it may work and could not before."""
    with transaction.atomic():
        now = timezone.now()
        away = server.health not in (Server.Health.HEALTHY, Server.Health.UNKNOWN) or server.retry_at is not None
        rests = breakers.answers(server, now) is Breaker.OPEN
        server.connect_failures, server.version, server.probed_at = 0, probe.version[:80], now
        if not rests:
            server.health, server.health_detail, server.retry_at = Server.Health.HEALTHY, "", None
        server.save(update_fields=["health", "health_detail", "version", "connect_failures", "retry_at", "probed_at"])
        _keep_models(server, probe.models)
    return away and not rests


def served(server: Server) -> None:
    """A run succeeded."""
    failing = server.connect_failures or server.answer_failures
    if failing or server.retry_at is not None or server.health != Server.Health.HEALTHY:
        Server.objects.filter(pk=server.pk).update(
            health=Server.Health.HEALTHY, health_detail="", connect_failures=0, answer_failures=0, retry_at=None
        )


def failed(server: Server, error: BackendError, *, probing: bool = False) -> datetime | None:
    """A run failed, or a probe; returns when the server shall be tried again, if it rests because of it.

    What a request did wrong says nothing about the server.
    """
    health, retry_at = _health_after(error), None
    if health is None:
        return None
    of_answers = isinstance(error, ServerFault | Interrupted) and not probing
    name = "answer_failures" if of_answers else "connect_failures"
    failures = min(getattr(server, name) + 1, 1000)
    changed: dict[str, object] = {name: failures, "health_detail": error.detail}
    if not of_answers or failures >= breakers.FAULTS_BEFORE_REST:
        seconds = error.retry_after or breakers.rest(failures)
        retry_at = timezone.now() + timedelta(seconds=seconds)
        changed |= {"health": health, "retry_at": retry_at}
        if server.health != health:
            logger.warning("server %s is %s: %s", server.name, health, error.detail)
    Server.objects.filter(pk=server.pk).update(**changed)
    return retry_at


def _health_after(error: BackendError) -> Server.Health | None:
    if isinstance(error, Busy):
        return Server.Health.BUSY
    if isinstance(error, Unreachable | ServerFault):
        return Server.Health.DOWN
    # A route that leads to the wrong type of server says nothing about the server.
    wrong = isinstance(error, Misconfigured) and not isinstance(error, WrongTask)
    return Server.Health.MISCONFIGURED if wrong else None


def _keep_models(server: Server, seen: Iterable[ModelInfo]) -> None:
    before = {model.name: model for model in server.models.all()}
    now = timezone.now()
    for info in seen:
        old = before.pop(info.name[:200], None)
        if old is not None and old.digest and info.digest and old.digest != info.digest:
            _tell_changed(server, info, old.digest)
        ServerModel.objects.update_or_create(
            server=server,
            name=info.name[:200],
            defaults={
                "digest": info.digest[:128],
                "context_length": info.context_length,
                "capabilities": list(info.capabilities),
                "details": info.details,
                "loaded": info.loaded,
                "seen_at": now,
            },
        )
    ServerModel.objects.filter(pk__in=[model.pk for model in before.values()]).delete()


def _tell_changed(server: Server, info: ModelInfo, old: str) -> None:
    logger.warning("model %s on %s changed from %s to %s", info.name, server.name, old, info.digest)
    data = {"server": server.name, "model": info.name, "before": old, "after": info.digest}
    publish(channel="staff", type="model_changed", data=data)
