"""What probes and runs tell about a server, written into its row."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from workers.backends.backend import ModelInfo, Probe
from workers.backends.errors import BackendError, Busy, Interrupted, Misconfigured, ServerFault, Unreachable
from workers.backends.models import Server, ServerModel
from workers.events.publish import publish

logger = logging.getLogger(__name__)

LONGEST_REST = 60.0  # seconds without a job for a server that keeps failing
FAULTS_BEFORE_REST = 3  # a failed answer may be the request's doing: several in a row are not


def answered(server: Server, probe: Probe) -> bool:
    """The server is well; its models are what the probe saw. Returns whether it was not before."""
    with transaction.atomic():
        recovered = server.health not in (Server.Health.HEALTHY, Server.Health.UNKNOWN) or server.retry_at is not None
        server.health, server.health_detail = Server.Health.HEALTHY, ""
        server.version, server.failures, server.retry_at = probe.version[:80], 0, None
        server.probed_at = timezone.now()
        server.save(update_fields=["health", "health_detail", "version", "failures", "retry_at", "probed_at"])
        _keep_models(server, probe.models)
    return recovered


def served(server: Server) -> None:
    """A run succeeded."""
    if server.failures or server.retry_at is not None or server.health != Server.Health.HEALTHY:
        Server.objects.filter(pk=server.pk).update(
            health=Server.Health.HEALTHY, health_detail="", failures=0, retry_at=None
        )


def failed(server: Server, error: BackendError) -> None:
    """A probe or a run failed. What a request did wrong says nothing about the server."""
    health = _health_after(error)
    if health is None:
        return
    failures = min(server.failures + 1, 1000)
    rests = not isinstance(error, ServerFault | Interrupted) or failures >= FAULTS_BEFORE_REST
    changed = {"failures": failures, "health_detail": error.detail}
    if rests:
        seconds = error.retry_after or min(2.0 ** min(failures, 6), LONGEST_REST)
        changed |= {"health": health, "retry_at": timezone.now() + timedelta(seconds=seconds)}
        if server.health != health:
            logger.warning("server %s is %s: %s", server.name, health, error.detail)
    Server.objects.filter(pk=server.pk).update(**changed)


def _health_after(error: BackendError) -> Server.Health | None:
    if isinstance(error, Busy):
        return Server.Health.BUSY
    if isinstance(error, Unreachable | ServerFault):
        return Server.Health.DOWN
    return Server.Health.MISCONFIGURED if isinstance(error, Misconfigured) else None


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
