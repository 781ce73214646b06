"""What a server has: checkpoints, samplers, schedulers. It replaces unknown names silently, so we refuse them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workers.backends.adapters.forge import reading
from workers.backends.backend import Endpoint, ModelInfo
from workers.backends.errors import Misconfigured, ModelMissing, NoSuchSetting, ServerFault
from workers.backends.http import get_json
from workers.backends.requests import ImageRequest
from workers.protocols import forge

AUTOMATIC = "automatic"

_checkpoints = TypeAdapter(list[forge.Checkpoint])
_samplers = TypeAdapter(list[forge.Sampler])
_schedulers = TypeAdapter(list[forge.Scheduler])


@dataclass(frozen=True)
class Inventory:
    checkpoints: list[forge.Checkpoint]
    samplers: list[forge.Sampler]
    schedulers: list[forge.Scheduler]  # none: a server that writes them into the sampler's name
    current: str  # title of the checkpoint that is in memory

    def models(self) -> tuple[ModelInfo, ...]:
        details = {
            "samplers": [sampler.name for sampler in self.samplers],
            "schedulers": [scheduler.label or scheduler.name for scheduler in self.schedulers],
        }
        return tuple(
            ModelInfo(
                name=one.model_name,  # the title changes when the server has counted the hash
                digest=one.sha256 or one.hash or "",
                capabilities=("image",),
                details={**details, "title": one.title},
                loaded=self.current in (one.title, one.model_name),
            )
            for one in self.checkpoints
        )

    def check(self, model: str, request: ImageRequest) -> tuple[str, str | None]:
        """The title of the checkpoint (empty: the current one) and the scheduler to send. Raises what is missing."""
        if not any(_is(request.sampler, sampler.name, sampler.aliases) for sampler in self.samplers):
            names = ", ".join(sampler.name for sampler in self.samplers)
            raise NoSuchSetting(f"there is no sampler {request.sampler!r}; there are: {names}")
        return self._title(model), self._scheduler(request.scheduler)

    def _scheduler(self, wanted: str) -> str | None:
        for one in self.schedulers:
            if _is(wanted, one.name, [one.label, *(one.aliases or [])]):
                return one.name
        if wanted.lower() == AUTOMATIC:
            return None  # the server's own choice for the sampler
        names = ", ".join(one.label or one.name for one in self.schedulers) or "none to choose"
        raise NoSuchSetting(f"there is no scheduler {wanted!r}; there are: {names}")

    def _title(self, model: str) -> str:
        if not model:
            return ""
        for one in self.checkpoints:
            if model in (one.title, one.model_name, one.hash, one.sha256):
                return one.title
        names = ", ".join(one.model_name for one in self.checkpoints)
        raise ModelMissing(f"there is no checkpoint {model!r}; there are: {names}")


async def take(endpoint: Endpoint) -> Inventory:
    """Ask a server what it has. Raises BackendError."""
    checkpoints, samplers, schedulers, options = await asyncio.gather(
        _ask(endpoint, "sd-models"), _ask(endpoint, "samplers"), _ask_schedulers(endpoint), _ask(endpoint, "options")
    )
    try:
        return Inventory(
            _checkpoints.validate_python(checkpoints),
            _samplers.validate_python(samplers),
            _schedulers.validate_python(schedulers),
            forge.Options.model_validate(options).sd_model_checkpoint or "",
        )
    except ValidationError as error:
        raise ServerFault(f"this does not answer like Forge: {error}") from error


async def _ask(endpoint: Endpoint, name: str) -> Any:
    return await get_json(endpoint, f"/sdapi/v1/{name}", reading.explain)


async def _ask_schedulers(endpoint: Endpoint) -> Any:
    try:
        return await _ask(endpoint, "schedulers")
    except Misconfigured as error:
        if "HTTP 404" in error.detail:
            return []  # AUTOMATIC1111 before 1.9; whether this is a Forge at all, the other answers tell
        raise


def _is(wanted: str, name: str, others: list[str]) -> bool:
    return wanted.lower() in {known.lower() for known in (name, *others)}
