"""What is written down about a run, so that it can be explained and made again."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.db.models import BigIntegerField, CharField, Q, QuerySet

from workers import prepared
from workers.backends.models import Server, ServerModel
from workers.backends.requests import ChatRequest, ImageRequest, Request
from workers.prepared import Given
from workers.scheduling.models import Job


def of_run(job: Job, server: Server, request: Request) -> dict[str, Any]:
    """The manifest of a run that begins now: server, adapter, versions, model, digest, options as sent, seed."""
    options = _options(request)
    model = next(iter(prepared.objects("manifest model", _models, server.pk, job.model, f"{job.model}:latest")), None)
    return {
        "server": server.name,
        "adapter": server.adapter,
        "server_version": server.version,
        "demonstration": server.demonstration,
        "alias": job.alias,
        "model": job.model,
        "digest": model.digest if model else "",
        "options": options,
        "seed": options.get("seed"),
        "route": job.manifest.get("route", ""),
        "routing": job.manifest.get("routing", {}),
        "code_version": code_version(),
    }


def _models() -> QuerySet[ServerModel]:
    either = Q(name=Given(1, CharField())) | Q(name=Given(2, CharField()))
    return ServerModel.objects.filter(either, server=Given(0, BigIntegerField())).order_by("name")


def _options(request: Request) -> dict[str, Any]:
    if isinstance(request, ChatRequest):
        return request.options.model_dump(exclude_none=True)
    if isinstance(request, ImageRequest):
        return request.model_dump(exclude_none=True, exclude={"task"})
    return {}


@cache
def code_version() -> str:
    try:
        return version("athanor")
    except PackageNotFoundError:
        return "unknown"
