"""A real HTTP server on loopback that plays scripts: what model servers do when they are well, and when not."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn


class Hang:
    """Say nothing more, until the client goes away."""


class Break:
    """Close the connection in the middle."""


@dataclass
class Script:
    """One answer. `body` is played in order; `gone` is set when the client left a hanging answer."""

    body: list[bytes | Hang | Break] = field(default_factory=list)
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    mute: bool = False  # not even a status
    requests: list[dict[str, Any]] = field(default_factory=list)
    request_headers: list[dict[str, str]] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)


def ndjson(*lines: object, **options: Any) -> Script:
    body = [json.dumps(line).encode() + b"\n" for line in lines]
    return Script(body=[*body], content_type="application/x-ndjson", **options)


def sse(*events: object, done: bool = True, **options: Any) -> Script:
    body: list[bytes | Hang | Break] = [f"data: {json.dumps(event)}\n\n".encode() for event in events]
    if done:
        body.append(b"data: [DONE]\n\n")
    return Script(body=body, content_type="text/event-stream", **options)


def document(value: object, status: int = 200, **options: Any) -> Script:
    return Script(body=[json.dumps(value).encode()], status=status, **options)


Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class ScriptedServer:
    """Plays the script that was set for a path; anything else is 404."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            interface="asgi3",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def play(self, path: str, script: Script) -> Script:
        self.scripts[path] = script
        return script

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    async def _app(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        script = self.scripts.get(scope["path"]) or document({"error": "no such path"}, status=404)
        body = await _read(receive)
        script.requests.append(json.loads(body) if body else {})
        script.request_headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        if script.mute:
            await _until_gone(script, receive)
            return
        headers = {"content-type": script.content_type, **script.headers}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": script.status, "headers": raw})
        for part in script.body:
            if isinstance(part, Hang):
                await _until_gone(script, receive)
                return
            if isinstance(part, Break):
                raise ConnectionAbortedError  # uvicorn closes the connection without an end
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _until_gone(script: Script, receive: Receive) -> None:
    script.begun.set()
    while (await receive())["type"] != "http.disconnect":
        pass
    script.gone.set()
