"""The Forge API over the engine, as an ASGI application without a framework."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from pydantic import ValidationError

from workers.engines.diffusion import wire
from workers.engines.diffusion.desk import Desk, Full
from workers.protocols.lenient import parse_json

LONGEST_BODY = 1024 * 1024  # bytes

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, Any]  # status, document

# What other tools ask for and this engine has nothing of.
EMPTY: dict[str, Any] = {
    "scripts": {"txt2img": [], "img2img": []}, "script-info": [], "upscalers": [], "latent-upscale-modes": [],
    "sd-vae": [], "sd-modules": [], "hypernetworks": [], "face-restorers": [], "realesrgan-models": [],
    "prompt-styles": [], "embeddings": {"loaded": {}, "skipped": {}}, "loras": [], "cmd-flags": {}, "extensions": [],
    "memory": {"ram": {}, "cuda": {}},
}  # fmt: skip


class App:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, document = await self._answer(scope, receive)
        body = json.dumps(document).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        method, path = scope["method"], scope["path"].rstrip("/")
        if path in ("", "/health"):
            return 200, {"status": "ok", "notice": wire.NOTICE}
        name = path.removeprefix("/sdapi/v1/")
        if name == path:
            return 404, {"detail": "Not Found"}
        if method == "GET":
            return await self._get(name, parse_qs(scope["query_string"].decode("latin-1")))
        if method != "POST":
            return 405, {"detail": "Method Not Allowed"}
        return await self._post(name, scope, receive)

    async def _get(self, name: str, query: dict[str, list[str]]) -> Answer:
        if name == "progress":
            skip = query.get("skip_current_image", ["false"])[0].lower() in ("1", "true")
            return 200, await self.desk.progress(with_image=not skip)
        lists: dict[str, Callable[[], Any]] = {
            "samplers": wire.samplers, "schedulers": wire.schedulers, "sd-models": wire.checkpoints,
            "options": _options,
        }  # fmt: skip
        if name in lists:
            return 200, lists[name]()
        return (200, EMPTY[name]) if name in EMPTY else (404, {"detail": "Not Found"})

    async def _post(self, name: str, scope: Scope, receive: Receive) -> Answer:
        if name in ("interrupt", "skip"):
            self.desk.interrupt()
            return 200, {}
        if name not in ("txt2img", "options"):
            return 404, {"detail": f"this engine has no {name}"}
        try:
            body = await _document(scope, receive)
        except _Refused as refused:
            return refused.answer
        return await self._draw(body) if name == "txt2img" else _set_options(body)

    async def _draw(self, body: dict[str, Any]) -> Answer:
        try:
            return 200, await self.desk.draw(wire.Asked.model_validate(body))
        except ValidationError as error:
            details = error.errors(include_input=False, include_url=False, include_context=False)
            return 422, {"detail": [{**one, "loc": ["body", *one["loc"]]} for one in details]}
        except wire.Unsupported as error:
            return 400, {"error": "HTTPException", "detail": str(error), "body": "", "errors": ""}
        except Full:
            return 503, {"error": "Busy", "detail": "too many requests wait", "body": "", "errors": ""}
        except MemoryError:
            return 500, {"error": "OutOfMemoryError", "detail": "", "body": "", "errors": "not enough memory"}


class _Refused(Exception):
    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.answer: Answer = (status, {"detail": detail})


async def _document(scope: Scope, receive: Receive) -> dict[str, Any]:
    """The JSON object of a request. A page of another site cannot send this content type unasked."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    if not headers.get(b"content-type", b"").startswith(b"application/json"):
        raise _Refused(415, "send application/json")
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Refused(400, "the request was not whole")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LONGEST_BODY:
            raise _Refused(413, f"more than {LONGEST_BODY} bytes")
    try:
        document = parse_json(bytes(body) or b"{}")
    except (ValueError, RecursionError) as error:
        raise _Refused(422, f"this is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise _Refused(422, "this is no JSON object")
    return document


def _options() -> dict[str, Any]:
    return {"sd_model_checkpoint": wire.title(), "sd_checkpoint_hash": wire.digest(), "samples_format": "png"}


def _set_options(body: dict[str, Any]) -> Answer:
    """There is nothing to set; only a wrong checkpoint is an error, as it is in Forge."""
    wanted = body.get("sd_model_checkpoint")
    if wanted in (None, wire.title(), wire.MODEL, wire.digest(), wire.digest()[:10]):
        return 200, None
    return 500, {"error": "RuntimeError", "detail": "", "body": "", "errors": f"model {str(wanted)[:100]!r} not found"}
