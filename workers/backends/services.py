"""Register and probe servers."""

import asyncio
import logging
from collections.abc import Iterable, Mapping

from django.db import transaction

from workers.backends import health, loop
from workers.backends.backend import Backend, Probe
from workers.backends.endpoints import backend_of
from workers.backends.errors import BackendError, Unreachable
from workers.backends.models import ModelAlias, Route, Server
from workers.backends.registry import all_adapters, most_slots

logger = logging.getLogger(__name__)

SECONDS_TO_PROBE = 20.0


class UnknownAdapter(ValueError):
    """There is no adapter of this name."""


def register(
    *,
    name: str,
    adapter: str,
    url: str,
    slots: int,
    demonstration: bool = False,
    aliases: Mapping[str, str] | None = None,
) -> Server:
    """Make sure that a server and its routes exist, and probe it; repeating it changes nothing.

    `aliases` maps alias names to a model of the server, or to "" for its first model that can do the task. Routes
    that an administrator made or changed stay. Raises UnknownAdapter.
    """
    if adapter not in all_adapters():
        raise UnknownAdapter(f"{adapter!r} is none of {', '.join(all_adapters())}")
    with transaction.atomic():
        server, _ = Server.objects.update_or_create(
            name=name,
            defaults={
                "adapter": adapter,
                "url": url,
                "slots": min(slots, most_slots(adapter)),
                "demonstration": demonstration,
                "pool": all_adapters()[adapter].pool,
            },
        )
        for alias_name, model in (aliases or {}).items():
            _route(alias_name, server, model)
    probe(server)
    return server


def _route(alias_name: str, server: Server, model: str) -> None:
    alias, _ = ModelAlias.objects.get_or_create(name=alias_name, defaults={"pool": server.pool})
    routes = Route.objects.filter(alias=alias)
    if routes.filter(server=server).exists():
        return
    # A real model comes before the demonstration.
    last = routes.order_by("-position").first()
    position = 900 if server.demonstration else (last.position + 1 if last and last.position < 899 else 0)
    Route.objects.create(alias=alias, server=server, model=model, position=position)


def pause(server: Server) -> None:
    """No new jobs for now; it is probed all the same."""
    _give_duty(server, paused=True)


def drain(server: Server) -> None:
    """No new jobs; once the last one has ended it can be switched off, and nobody asks it anything."""
    _give_duty(server, draining=True)


def resume(server: Server) -> None:
    """It may work again. After a drain it is asked first how it is: it may be another machine by now."""
    drained = server.draining
    _give_duty(server)
    if drained:
        probe(server)


def _give_duty(server: Server, *, paused: bool = False, draining: bool = False) -> None:
    server.paused, server.draining = paused, draining
    server.save(update_fields=["paused", "draining"])


def probe(server: Server) -> bool:
    """Ask a server how it is and write it down; returns whether it can be used again after it could not."""
    return probe_all([server])


def probe_all(servers: Iterable[Server]) -> bool:
    """Probe several servers at once; returns whether any of them came back."""
    asked = list(servers)
    answers = loop.run(_ask_all([_backend(server) for server in asked]))
    returned = [_write_down(server, answer) for server, answer in zip(asked, answers, strict=True)]
    return any(returned)


def _backend(server: Server) -> Backend | BackendError:
    try:
        return backend_of(server)
    except BackendError as error:
        return error


async def _ask_all(backends: list[Backend | BackendError]) -> list[Probe | BackendError]:
    return await asyncio.gather(*map(_ask, backends))


async def _ask(backend: Backend | BackendError) -> Probe | BackendError:
    if isinstance(backend, BackendError):
        return backend
    try:
        async with asyncio.timeout(SECONDS_TO_PROBE):
            return await backend.probe()
    except BackendError as error:
        return error
    except TimeoutError:
        return Unreachable(f"the probe took more than {SECONDS_TO_PROBE:g} s")


def _write_down(server: Server, answer: Probe | BackendError) -> bool:
    server.refresh_from_db()  # runs wrote into it meanwhile
    if isinstance(answer, Probe):
        return health.answered(server, answer)
    health.failed(server, answer, probing=True)
    return False
