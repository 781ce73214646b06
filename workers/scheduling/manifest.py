"""What is written down about a run, so that it can be explained and made again."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from workers.backends.models import Server, ServerModel
from workers.backends.requests import ChatRequest, Request
from workers.scheduling.models import Job


def of_run(job: Job, server: Server, request: Request) -> dict[str, Any]:
    """The manifest of a run that begins now: server, adapter, versions, model, digest, options as sent, seed."""
    options = request.options.model_dump(exclude_none=True) if isinstance(request, ChatRequest) else {}
    model = ServerModel.objects.filter(server=server, name__in=[job.model, f"{job.model}:latest"]).first()
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
        "code_version": code_version(),
    }


@cache
def code_version() -> str:
    try:
        return version("athanor")
    except PackageNotFoundError:
        return "unknown"
