"""A tiny request that is really run: whether a model answers is only known once it did."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from workers.backends import loop
from workers.backends.backend import Backend
from workers.backends.endpoints import backend_of
from workers.backends.errors import BackendError, TookTooLong
from workers.backends.models import Server, ServerModel
from workers.backends.requests import ChatOptions, ChatRequest, EmbedRequest, ImageRequest, Message, Request

LONGEST = 120.0  # seconds; a large model may have to be loaded first
REQUESTS: Mapping[str, Request] = {
    "chat": ChatRequest(
        messages=[Message(role="user", content="Say: ready")],
        options=ChatOptions(max_tokens=8, temperature=0.0, seed=1),
    ),
    "image": ImageRequest(prompt="a grey square", width=64, height=64, steps=1, seed=1),
    "embed": EmbedRequest(texts=["ready"]),
}


def try_model(model: ServerModel) -> dict[str, Any]:
    """Run one tiny request outside the queue and write down what came of it: {"at", "ok", "seconds", "detail"}.

    It takes a slot's worth of the server for a moment, and may make it load the model: ask for it, do not repeat it.
    """
    began = time.monotonic()
    try:
        ok, detail = True, _run(model)
    except BackendError as error:
        ok, detail = False, f"{error.code}: {error.detail}"
    seconds = round(time.monotonic() - began, 2)
    model.canary = {"at": timezone.now().isoformat(), "ok": ok, "seconds": seconds, "detail": detail[:300]}
    model.save(update_fields=["canary"])
    return model.canary


def try_server(server: Server) -> list[ServerModel]:
    """Every model that it was seen to have, one after the other."""
    models = list(server.models.all())
    for model in models:
        try_model(model)
    return models


def _run(model: ServerModel) -> str:
    task = next((task for task in REQUESTS if task in model.capabilities), "chat")
    return loop.run(_answer(backend_of(model.server), model.name, REQUESTS[task]))


async def _answer(backend: Backend, model: str, request: Request) -> str:
    try:
        async with asyncio.timeout(LONGEST):
            result = await backend.run(model=model, request=request, emit=lambda _piece: None)
    except TimeoutError as error:
        raise TookTooLong(f"no whole answer within {LONGEST:g} s") from error
    return str(getattr(result, "text", "") or result.task).strip()
