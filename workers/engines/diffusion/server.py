"""Serve the embedded image engine with the API of Stable Diffusion WebUI Forge, as one ordinary process.

    python -m workers.engines.diffusion.server --port 11600

Exit codes: 0 stopped on request, 3 the port is in use or not allowed.
"""

import argparse
import asyncio
import os
import resource
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import uvicorn

from workers.engines.diffusion import wire
from workers.engines.diffusion.app import App
from workers.engines.diffusion.desk import Desk

PORT_UNAVAILABLE = 3
MEMORY = 2 * 1024**3  # bytes of address space; four of the largest pictures were seen to need a third of it
PARENT_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Options:
    port: int
    host: str = "127.0.0.1"
    pace: float = 0.0  # seconds that a step takes at least
    parent: int | None = None


def parse_options(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="workers.engines.diffusion.server", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds that a step takes at least, to be watched")
    parser.add_argument("--parent-pid", type=int, dest="parent", help="stop when this process ends")
    return Options(**vars(parser.parse_args(arguments)))


def serve(options: Options) -> int:
    """Serve until asked to stop; returns the exit code."""
    try:
        listener = socket.create_server((options.host, options.port), reuse_port=False)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        print(f"Port {options.port} on {options.host} cannot be used ({reason}).", file=sys.stderr)  # noqa: T201
        return PORT_UNAVAILABLE
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    config = uvicorn.Config(
        App(Desk(options.pace)), lifespan="off", ws="none", interface="asgi3", access_log=False, log_config=None,
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    print(f"{wire.MODEL} on http://{options.host}:{options.port}", file=sys.stderr, flush=True)  # noqa: T201
    asyncio.run(_run(server, listener, options.parent))
    return 0


async def _run(server: uvicorn.Server, listener: socket.socket, parent: int | None) -> None:
    watching = asyncio.create_task(_stop_with(server, parent)) if parent is not None else None
    await server.serve(sockets=[listener])
    if watching is not None:
        watching.cancel()


async def _stop_with(server: uvicorn.Server, parent: int) -> None:
    """A killed launcher cannot tell anybody to stop."""
    while os.getppid() == parent:  # noqa: ASYNC110  # nothing tells of this event
        await asyncio.sleep(PARENT_POLL_SECONDS)
    server.should_exit = True


if __name__ == "__main__":
    # Leaves at once: a picture that is being drawn would hold an ordinary exit.
    os._exit(serve(parse_options(sys.argv[1:])))
